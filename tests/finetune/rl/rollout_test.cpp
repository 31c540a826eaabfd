#include "finetune/rl/rollout.h"

#include <gmock/gmock.h>

#include <cmath>

#include "engine/cpu/cpu_backend.h"
#include "finetune/model/trainable_model.h"

namespace hearth::finetune {
namespace {

const std::filesystem::path kModel =
    std::filesystem::path(HEARTH_TEST_DATA_DIR) / "reference/models/deepseek_v3";

class RolloutTest : public testing::Test {
protected:
    std::vector<Rollout> roll(const std::vector<RolloutRequest>& requests, int64_t tokens) {
        return rollOut(*backend, *model, nullptr, requests,
                       {.max_tokens = tokens, .stop_tokens = stops}, never)
            .valueOrThrow();
    }
    static std::vector<int32_t> prompt(int64_t tokens) {
        std::vector<int32_t> ids;
        for (int64_t i = 0; i < tokens; ++i)
            ids.push_back(int32_t(i * 37 % 300 + 5));
        return ids;
    }
    /// As training sees a rollout, its experts replayed.
    static PackedBatch batchOf(const RolloutRequest& request, const Rollout& rollout) {
        std::vector<int32_t> ids = request.prompt;
        std::vector<int32_t> labels(ids.size() - 1, kIgnoredLabel);
        labels.insert(labels.end(), rollout.tokens.begin(), rollout.tokens.end());
        ids.insert(ids.end(), rollout.tokens.begin(), rollout.tokens.end() - 1);
        PackedBatch batch;
        batch.append(ids, labels);
        batch.routing = rollout.routing;
        return batch;
    }
    std::unique_ptr<TrainableModel> trainable() {
        const auto weights = engine::openWeightDirectory(kModel).valueOrThrow();
        return loadTrainableModel(*backend, model->config(), *weights, {}).valueOrThrow();
    }

    std::unique_ptr<engine::Backend> backend = engine::createCpuBackend({.threads = 2});
    std::unique_ptr<engine::Model> model = engine::loadModel(*backend, kModel).valueOrThrow();
    std::vector<int32_t> stops;
    const std::atomic<bool> never{false};
};

TEST_F(RolloutTest, WaitsBeforeEachStep) {
    int64_t steps = 0;
    const auto rollouts = rollOut(*backend, *model, nullptr, {{prompt(9), 1}, {prompt(9), 2}},
                                  {.max_tokens = 7, .before_step = [&] { ++steps; }}, never)
                              .valueOrThrow();
    EXPECT_EQ(rollouts[0].tokens.size(), 7u);
    EXPECT_EQ(steps, 7) << "one for each token, the prompt's step giving the first";
    EXPECT_EQ(rollouts[0].tokens, roll({{prompt(9), 1}}, 7)[0].tokens);
}

TEST_F(RolloutTest, TheTrainerFindsTheAnswersAsLikelyAsTheEngine) {
    const std::vector<RolloutRequest> requests{{prompt(9), 1}, {prompt(9), 2}, {prompt(40), 3}};
    const auto rollouts = roll(requests, 20);
    EXPECT_NE(rollouts[0].tokens, rollouts[1].tokens) << "the seed decides";
    const auto trained = trainable();
    for (size_t i = 0; i < requests.size(); ++i) {
        const PackedBatch batch = batchOf(requests[i], rollouts[i]);
        const auto logps = trained->logProbabilities(batch);
        ASSERT_EQ(logps.size(), rollouts[i].logps.size());
        // Decode's absorbed attention against materialised keys, both in float32.
        for (size_t t = 0; t < logps.size(); ++t)
            EXPECT_NEAR(logps[t], rollouts[i].logps[t], 5e-4) << t;
        PackedBatch chosen = batch;
        chosen.routing.clear();
        const auto own = trained->logProbabilities(chosen);
        for (size_t t = 0; t < logps.size(); ++t)
            EXPECT_NEAR(own[t], logps[t], 5e-4) << "the router chooses as it did";
        PackedBatch other = batch;
        for (auto& layer : other.routing)
            for (int32_t& expert : layer)
                expert = int32_t(model->config().n_routed_experts) - 1 - expert;
        EXPECT_GT(std::abs(trained->logProbabilities(other).back() - logps.back()), 1e-3);
    }
}

TEST_F(RolloutTest, WritesDownTheExpertsOfEveryTokenThatWasRun) {
    const RolloutRequest request{prompt(7), 5};
    const Rollout rollout = roll({request, {prompt(30), 6}}, 6)[0];
    const engine::ModelConfig& config = model->config();
    int64_t layers = 0;
    for (int64_t layer = 0; layer < config.num_hidden_layers; ++layer)
        layers += config.isMoeLayer(layer) ? 1 : 0;
    ASSERT_EQ(int64_t(rollout.routing.size()), layers);
    for (const auto& layer : rollout.routing)
        EXPECT_EQ(int64_t(layer.size()), (7 + 6 - 1) * config.num_experts_per_tok);
    EXPECT_EQ(rollout.routing, roll({request}, 6)[0].routing) << "alone as beside another";
}

TEST_F(RolloutTest, EndsWithAnEndTokenOrTruncated) {
    const RolloutRequest request{prompt(9), 1};
    const Rollout whole = roll({request}, 8)[0];
    EXPECT_TRUE(whole.truncated);
    EXPECT_EQ(whole.tokens.size(), 8u);
    stops = {whole.tokens[3]};
    const Rollout ended = roll({request}, 8)[0];
    EXPECT_FALSE(ended.truncated);
    EXPECT_EQ(ended.tokens.back(), stops[0]);
    EXPECT_LE(ended.tokens.size(), 4u);
}

TEST_F(RolloutTest, RefusesWhatTheContextCannotHold) {
    const auto refused = rollOut(*backend, *model, nullptr, {{prompt(9), 1}},
                                 {.max_tokens = 1'000'000, .stop_tokens = {}}, never);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, core::ErrorCode::InvalidArgument);
}

}  // namespace
}  // namespace hearth::finetune
