#include "finetune/jobs/routing_drift.h"

#include <algorithm>

namespace hearth::finetune {

namespace {

constexpr int64_t kTexts = 8;

Routing baseRouting(const TrainableModel& model, const PackedBatch& sample) {
    const bool adapted = model.options().part == TrainedPart::Lora;
    return model.routing(sample, adapted ? Policy::Base : Policy::Trained);
}

/// The order of a token's experts does not matter.
double shareElsewhere(std::span<const int32_t> base, std::span<const int32_t> now, size_t choices) {
    size_t kept = 0;
    for (size_t first = 0; first < base.size(); first += choices)
        for (const int32_t expert : now.subspan(first, choices))
            kept += size_t(std::ranges::count(base.subspan(first, choices), expert));
    return base.empty() ? 0.0 : 1.0 - double(kept) / double(base.size());
}

}  // namespace

RoutingDrift::RoutingDrift(const TrainableModel& model, PackedBatch sample)
    : m_model(model), m_sample(std::move(sample)), m_base(baseRouting(model, m_sample)) {}

std::vector<double> RoutingDrift::measure() const {
    const Routing now = m_model.routing(m_sample);
    std::vector<double> shares;
    for (size_t layer = 0; layer < now.size(); ++layer)
        shares.push_back(shareElsewhere(m_base[layer], now[layer],
                                        size_t(m_model.config().num_experts_per_tok)));
    return shares;
}

PackedBatch routingSample(const TokenizedDataset& dataset, int64_t tokens) {
    PackedBatch sample;
    const auto examples = int64_t(dataset.examples.size());
    const int64_t texts = std::min(kTexts, examples);
    for (int64_t i = 0; i < texts; ++i) {
        const std::vector<int32_t>& ids = dataset.examples[size_t(i * examples / texts)].ids;
        const int64_t length = std::min(int64_t(ids.size()), std::max<int64_t>(1, tokens / texts));
        std::vector<int32_t> labels(ids.begin() + 1, ids.begin() + length);
        labels.push_back(kIgnoredLabel);
        sample.append({ids.begin(), ids.begin() + length}, labels);
    }
    return sample;
}

}  // namespace hearth::finetune
