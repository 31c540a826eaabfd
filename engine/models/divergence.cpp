#include "engine/models/divergence.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "engine/models/on_all_cores.h"

namespace hearth::engine {
namespace {

struct Row {
    double kl = 0;
    double loss = 0;  // -log probability of the token that follows
    double reference_loss = 0;
    bool same_top = false;
};

double logSumExp(std::span<const float> logits) {
    const double top = *std::ranges::max_element(logits);
    double sum = 0;
    for (const float logit : logits)
        sum += std::exp(double(logit) - top);
    return top + std::log(sum);
}

Row compareRow(std::span<const float> reference, std::span<const float> model, int32_t next) {
    const double referenceSum = logSumExp(reference), sum = logSumExp(model);
    Row row;
    for (size_t i = 0; i < reference.size(); ++i) {
        const double logP = double(reference[i]) - referenceSum;
        row.kl += std::exp(logP) * (logP - (double(model[i]) - sum));
    }
    row.kl = std::max(row.kl, 0.0);  // rounding may leave a little less than nothing
    row.loss = sum - double(model[size_t(next)]);
    row.reference_loss = referenceSum - double(reference[size_t(next)]);
    row.same_top = std::ranges::max_element(reference) - reference.begin() ==
                   std::ranges::max_element(model) - model.begin();
    return row;
}

Divergence summarise(std::vector<Row> rows) {
    Divergence out{.tokens = int64_t(rows.size())};
    double loss = 0, referenceLoss = 0;
    for (const Row& row : rows) {
        out.kl_mean += row.kl;
        loss += row.loss;
        referenceLoss += row.reference_loss;
        out.same_top += row.same_top ? 1 : 0;
    }
    const auto count = double(rows.size());
    out.kl_mean /= count;
    out.same_top /= count;
    out.perplexity = std::exp(loss / count);
    out.reference_perplexity = std::exp(referenceLoss / count);
    std::ranges::sort(rows, {}, &Row::kl);
    out.kl_p99 = rows[size_t(std::ceil(0.99 * count)) - 1].kl;
    return out;
}

core::Status checkIds(std::span<const int32_t> ids, int64_t vocabulary) {
    const bool inside =
        std::ranges::all_of(ids, [&](int32_t id) { return id >= 0 && id < vocabulary; });
    if (ids.size() < 2 || !inside)
        return core::Error{core::ErrorCode::InvalidArgument,
                           "the text to compare models on needs at least two tokens, all of "
                           "them in the model's vocabulary",
                           ""};
    return {};
}

}  // namespace

core::Result<Divergence> measureDivergence(Backend& backend, const Predictor& reference,
                                           const Predictor& predictor, std::span<const int32_t> ids,
                                           const std::function<bool(int64_t tokens)>& progress,
                                           int64_t windowTokens) {
    const int64_t vocabulary = reference.model.config().vocab_size;
    CORE_ASSERT(predictor.model.config().vocab_size == vocabulary);
    CORE_TRY(checkIds(ids, vocabulary));
    std::vector<Row> rows;
    for (size_t begin = 0; begin + 1 < ids.size(); begin += size_t(windowTokens)) {
        const auto window =
            ids.subspan(begin, std::min(size_t(windowTokens), ids.size() - 1 - begin));
        const auto a = logitsOfSequence(backend, reference.model, window, reference.mode);
        const auto b = logitsOfSequence(backend, predictor.model, window, predictor.mode);
        const size_t first = rows.size();
        rows.resize(first + window.size());
        onAllCores(int64_t(window.size()), [&](int64_t i) {
            const auto rowOf = [&](const std::vector<float>& logits) {
                return std::span(logits).subspan(size_t(i * vocabulary), size_t(vocabulary));
            };
            rows[first + size_t(i)] = compareRow(rowOf(a), rowOf(b), ids[begin + size_t(i) + 1]);
        });
        if (!progress(int64_t(rows.size())))
            return core::Error{core::ErrorCode::Cancelled, "the import was cancelled", ""};
    }
    return summarise(std::move(rows));
}

}  // namespace hearth::engine
