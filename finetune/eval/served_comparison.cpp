#include "finetune/eval/served_comparison.h"

#include <algorithm>
#include <cmath>

#include "finetune/eval/served_text.h"
#include "finetune/model/packed_batch.h"

namespace hearth::finetune {

namespace {

constexpr double kUnit = 0x1p-24;

double largestDifference(const std::vector<double>& a, const std::vector<double>& b) {
    double largest = 0.0;
    for (size_t i = 0; i < a.size() && !std::isnan(largest); ++i) {
        const double difference = std::abs(a[i] - b[i]);
        largest = difference <= largest ? largest : difference;
    }
    return largest;
}

/// See the header. Seven products a layer: four of attention, three of the feed-forward part.
double expectedError(const engine::ModelConfig& config, double largestLogit) {
    const double products = 7.0 * double(config.num_hidden_layers) + 1.0;
    const double longest = double(std::max(config.hidden_size, config.intermediate_size));
    return 2.0 * std::sqrt(products * longest) * kUnit * largestLogit;
}

/// Twice: with the tokens that follow as labels, and with drawn ones.
void append(const std::vector<int32_t>& ids, const ServedText& text, int64_t vocabSize,
            PackedBatch& batch) {
    std::vector<int32_t> following(ids.begin() + 1, ids.end()), drawn;
    for (size_t i = 0; i < following.size(); ++i)
        drawn.push_back(drawnToken(ids, i, vocabSize));
    for (std::vector<int32_t>* labels : {&following, &drawn}) {
        labels->push_back(kIgnoredLabel);
        batch.append(ids, *labels);
        batch.routing.resize(text.routing.size());
        for (size_t layer = 0; layer < text.routing.size(); ++layer)
            batch.routing[layer].insert(batch.routing[layer].end(), text.routing[layer].begin(),
                                        text.routing[layer].end());
    }
}

}  // namespace

core::Result<ServedComparison> compareServed(engine::Backend& backend, engine::Model& served,
                                             const engine::Adapter* adapter,
                                             TrainableModel& trained, Policy policy,
                                             const std::vector<std::vector<int32_t>>& texts) {
    ServedComparison comparison;
    PackedBatch batch;
    double largestLogit = 0.0;
    for (const std::vector<int32_t>& ids : texts) {
        CORE_ASSIGN(const ServedText text, serveText(backend, served, adapter, ids));
        comparison.served.insert(comparison.served.end(), text.logps.begin(), text.logps.end());
        comparison.answers.insert(comparison.answers.end(), text.answers.begin(),
                                  text.answers.end());
        largestLogit = std::max(largestLogit, text.largest_logit);
        append(ids, text, trained.config().vocab_size, batch);
    }
    comparison.trained = trained.logProbabilities(batch, policy);
    comparison.disagreement = largestDifference(comparison.served, comparison.trained);
    comparison.expected = expectedError(trained.config(), largestLogit);
    return comparison;
}

}  // namespace hearth::finetune
