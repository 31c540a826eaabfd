#include "finetune/rl/answer_batch.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace hearth::finetune {

void Disagreement::add(double trainer, double engine) {
    const double difference = std::abs(trainer - engine);
    sum += difference;
    largest = std::max(largest, difference);
    ++tokens;
}

PackedBatch answerBatch(const std::vector<AnswerGroup>& groups, const TokenizedDataset& prompts,
                        bool replayRouting) {
    PackedBatch batch;
    for (const AnswerGroup& group : groups)
        for (const Rollout& rollout : group.rollouts) {
            std::vector<int32_t> ids = prompts.examples[size_t(group.prompt)].ids;
            std::vector<int32_t> labels(ids.size() - 1, kIgnoredLabel);
            labels.insert(labels.end(), rollout.tokens.begin(), rollout.tokens.end());
            ids.insert(ids.end(), rollout.tokens.begin(), rollout.tokens.end() - 1);
            batch.append(ids, labels);
            if (!replayRouting)
                continue;
            batch.routing.resize(rollout.routing.size());
            for (size_t layer = 0; layer < rollout.routing.size(); ++layer)
                batch.routing[layer].insert(batch.routing[layer].end(),
                                            rollout.routing[layer].begin(),
                                            rollout.routing[layer].end());
        }
    return batch;
}

std::vector<std::span<const double>> byAnswer(const PackedBatch& batch,
                                              std::span<const double> values) {
    std::vector<std::span<const double>> out;
    for (const PackedSegment& segment : batch.segments) {
        const auto count = size_t(batch.labelsIn(segment));
        out.push_back(values.empty() ? values : values.first(count));
        values = values.subspan(values.empty() ? 0 : count);
    }
    return out;
}

Metrics policyMetrics(const std::vector<AnswerGroup>& groups, const PolicyLoss& loss,
                      const Disagreement& disagreement) {
    double reward = 0.0, length = 0.0, truncated = 0.0, alike = 0.0, answers = 0.0;
    for (const AnswerGroup& group : groups) {
        reward += std::accumulate(group.rewards.begin(), group.rewards.end(), 0.0);
        alike += group.allAlike() ? 1.0 : 0.0;
        for (const Rollout& rollout : group.rollouts) {
            length += double(rollout.tokens.size());
            truncated += rollout.truncated ? 1.0 : 0.0;
            answers += 1.0;
        }
    }
    // Means, times the units that ObjectiveSums divides by.
    const double prompts = double(groups.size()), each = prompts / answers;
    const double tokens = double(std::max<int64_t>(1, loss.tokens));
    return {{"reward", reward * each},
            {"answer_tokens", length * each},
            {"truncated", truncated * each},
            {"groups_without_spread", alike},
            {"divergence", loss.divergence / tokens * prompts},
            {"clipped", double(loss.clipped) / tokens * prompts},
            {"logp_difference", disagreement.mean() * prompts},
            {"logp_difference_largest", disagreement.largest * prompts}};
}

}  // namespace hearth::finetune
