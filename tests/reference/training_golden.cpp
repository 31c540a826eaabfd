#include "tests/reference/training_golden.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace hearth::test {

using engine::WeightSource;

namespace {

/// Lengths of the right-padded rows.
std::vector<int64_t> rowLengths(const WeightSource& golden) {
    const engine::StoredTensor& mask = *golden.find("attention_mask");
    const std::vector<int64_t> values = mask.toInts();
    std::vector<int64_t> lengths;
    for (int64_t row = 0; row < mask.shape[0]; ++row)
        lengths.push_back(std::count(values.begin() + row * mask.shape[1],
                                     values.begin() + (row + 1) * mask.shape[1], 1));
    return lengths;
}

}  // namespace

std::filesystem::path referenceModel(const std::string& name) {
    const char* given = std::getenv("HEARTH_REFERENCE_DIR");
    const std::filesystem::path root =
        given ? given : std::filesystem::path(HEARTH_TEST_DATA_DIR) / "reference";
    return root / "models" / name;
}

std::unique_ptr<WeightSource> openReference(const std::filesystem::path& file) {
    return engine::openSafetensors(file).valueOrThrow();
}

std::vector<float> floatsOf(const WeightSource& source, const std::string& name) {
    const engine::StoredTensor* tensor = source.find(name);
    CORE_ASSERT(tensor != nullptr);
    return tensor->toFloats();
}

finetune::PackedBatch trainingBatch(const WeightSource& golden) {
    const int64_t width = golden.find("input_ids")->shape[1];
    const std::vector<int64_t> ids = golden.find("input_ids")->toInts();
    const std::vector<int64_t> labels = golden.find("labels")->toInts();
    const std::vector<int64_t> lengths = rowLengths(golden);
    finetune::PackedBatch batch;
    for (size_t row = 0; row < lengths.size(); ++row) {
        const int64_t begin = int64_t(row) * width, end = begin + lengths[row];
        std::vector<int32_t> rowIds(ids.begin() + begin, ids.begin() + end);
        std::vector<int32_t> next(labels.begin() + begin + 1, labels.begin() + end);
        next.push_back(finetune::kIgnoredLabel);
        batch.append(rowIds, next);
    }
    return batch;
}

std::vector<float> realTokenLogits(const WeightSource& golden, const std::vector<float>& logits) {
    const std::vector<int64_t> lengths = rowLengths(golden);
    const int64_t width = golden.find("input_ids")->shape[1];
    const int64_t vocab = int64_t(logits.size()) / (int64_t(lengths.size()) * width);
    std::vector<float> real;
    for (size_t row = 0; row < lengths.size(); ++row) {
        const auto begin = logits.begin() + int64_t(row) * width * vocab;
        real.insert(real.end(), begin, begin + lengths[row] * vocab);
    }
    return real;
}

Differences compare(std::span<const float> actual, std::span<const float> expected) {
    CORE_ASSERT(actual.size() == expected.size() && !actual.empty());
    std::vector<double> all(actual.size());
    double differenceNorm = 0.0, norm = 0.0;
    for (size_t i = 0; i < all.size(); ++i) {
        all[i] = std::abs(double(actual[i]) - double(expected[i]));
        differenceNorm += all[i] * all[i];
        norm += double(expected[i]) * double(expected[i]);
    }
    std::ranges::sort(all);
    // Short tensors have no 99.99 % quantile below their largest entry; take the median there.
    const size_t at = all.size() >= 10000 ? all.size() * 9999 / 10000 : all.size() / 2;
    return {all.back(), all[at], std::sqrt(differenceNorm) / std::max(std::sqrt(norm), 1e-30)};
}

}  // namespace hearth::test
