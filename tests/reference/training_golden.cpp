#include "tests/reference/training_golden.h"

#include <algorithm>
#include <cmath>

namespace hearth::reference {
namespace {

/// Lengths of the right-padded rows.
std::vector<int64_t> rowLengths(const Golden& training) {
    const std::vector<int32_t> mask = training.ids("attention_mask");
    const int64_t width = training.shape("attention_mask")[1];
    std::vector<int64_t> lengths;
    for (auto row = mask.begin(); row != mask.end(); row += width)
        lengths.push_back(std::count(row, row + width, 1));
    return lengths;
}

}  // namespace

finetune::PackedBatch trainingBatch(const Golden& training) {
    const int64_t width = training.shape("input_ids")[1];
    const std::vector<int32_t> ids = training.ids("input_ids"), labels = training.ids("labels");
    const std::vector<int64_t> lengths = rowLengths(training);
    finetune::PackedBatch batch;
    for (size_t row = 0; row < lengths.size(); ++row) {
        const int64_t begin = int64_t(row) * width, end = begin + lengths[row];
        std::vector<int32_t> next(labels.begin() + begin + 1, labels.begin() + end);
        next.push_back(finetune::kIgnoredLabel);
        batch.append({ids.begin() + begin, ids.begin() + end}, next);
    }
    return batch;
}

finetune::PackedBatch preferenceBatch(const Golden& preference) {
    const int64_t width = preference.shape("input_ids")[1];
    const std::vector<int32_t> ids = preference.ids("input_ids");
    const std::vector<int32_t> completion = preference.ids("completion_mask");
    const std::vector<int64_t> lengths = rowLengths(preference);
    finetune::PackedBatch batch;
    for (size_t row = 0; row < lengths.size(); ++row) {
        const int64_t begin = int64_t(row) * width, end = begin + lengths[row];
        std::vector<int32_t> labels(size_t(lengths[row]), finetune::kIgnoredLabel);
        for (int64_t t = begin; t + 1 < end; ++t)
            if (completion[size_t(t) + 1] != 0)
                labels[size_t(t - begin)] = ids[size_t(t) + 1];
        batch.append({ids.begin() + begin, ids.begin() + end}, labels);
    }
    return batch;
}

std::vector<float> realTokenLogits(const Golden& training, const std::vector<float>& logits) {
    const std::vector<int64_t> lengths = rowLengths(training);
    const int64_t rowSize = int64_t(logits.size() / lengths.size());
    const int64_t vocab = rowSize / training.shape("input_ids")[1];
    std::vector<float> real;
    for (size_t row = 0; row < lengths.size(); ++row) {
        const auto begin = logits.begin() + int64_t(row) * rowSize;
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
    // The gradient of an expert that no token reached is zero in both.
    const double relative =
        norm > 0.0 ? std::sqrt(differenceNorm / norm) : std::sqrt(differenceNorm);
    return {all.back(), all[all.size() * 9999 / 10000], relative};
}

std::unique_ptr<finetune::TrainableModel> preferenceModel(engine::Backend& backend,
                                                          const std::filesystem::path& directory) {
    const auto config = engine::readModelConfig(directory).valueOrThrow();
    const auto weights = engine::openWeightDirectory(directory).valueOrThrow();
    auto model = finetune::loadTrainableModel(
                     backend, config, *weights,
                     {.part = finetune::TrainedPart::Lora, .lora = {.r = 4, .alpha = 8.0}})
                     .valueOrThrow();
    const auto adapter =
        engine::openSafetensors(directory / "lora_pref" / "adapter_model.safetensors")
            .valueOrThrow();
    model->loadAdapter(*adapter).orThrow();
    return model;
}

void expectGradients(const finetune::ParameterSet& trained, const engine::WeightSource& golden) {
    double worst = 0.0;
    for (const finetune::Parameter& parameter : trained.entries()) {
        const engine::StoredTensor* expected = golden.find(parameter.name);
        ASSERT_NE(expected, nullptr) << parameter.name;
        const auto difference = compare(trained.gradients(parameter), expected->toFloats());
        EXPECT_LE(difference.relative, kGradientTolerance) << parameter.name;
        worst = std::max(worst, difference.relative);
    }
    reportDifference("relative_gradient", worst);
}

}  // namespace hearth::reference
