#include "engine/runtime/sampler.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>
#include <set>

namespace hearth::engine {
namespace {

using testing::ElementsAre;

const std::vector<float> kLogits = {1.0f, 3.0f, 2.0f, 0.0f};

std::vector<int> drawCounts(const SamplingParams& params, int draws) {
    std::vector<int> counts(kLogits.size());
    Sampler sampler(params, {});
    for (int position = 0; position < draws; ++position)
        ++counts[size_t(sampler.sample(kLogits, position).id)];
    return counts;
}

TEST(Sampler, TemperatureZeroTakesTheBestToken) {
    Sampler sampler({.temperature = 0.0f}, {});
    EXPECT_EQ(sampler.sample(kLogits, 0).id, 1);
}

TEST(Sampler, EqualLogitsGoToTheLowerToken) {
    Sampler sampler({.temperature = 0.0f}, {});
    EXPECT_EQ(sampler.sample(std::vector<float>{0.0f, 5.0f, 5.0f}, 0).id, 1);
}

TEST(Sampler, DrawsWithTheModelsProbabilities) {
    const int draws = 20000;
    const auto counts = drawCounts({.seed = 7}, draws);
    double total = 0;
    for (float logit : kLogits)
        total += std::exp(logit);
    for (size_t i = 0; i < kLogits.size(); ++i) {
        const double p = std::exp(kLogits[i]) / total;
        // Five standard deviations of a binomial count.
        EXPECT_NEAR(counts[i], p * draws, 5 * std::sqrt(draws * p * (1 - p))) << i;
    }
}

TEST(Sampler, ADrawDependsOnSeedAndPositionOnly) {
    const SamplingParams params{.seed = 42};
    Sampler whole(params, {});
    std::vector<int32_t> ids;
    for (int64_t position = 0; position < 50; ++position)
        ids.push_back(whole.sample(kLogits, position).id);
    for (int64_t position = 49; position >= 0; --position) {
        Sampler fresh(params, {});
        EXPECT_EQ(fresh.sample(kLogits, position).id, ids[size_t(position)]);
    }
    EXPECT_GT(std::set<int32_t>(ids.begin(), ids.end()).size(), 1u);
}

TEST(Sampler, TopKKeepsTheKBest) {
    const auto counts = drawCounts({.top_k = 2, .seed = 1}, 500);
    EXPECT_EQ(counts[0] + counts[3], 0);
    EXPECT_GT(counts[2], 0);
}

TEST(Sampler, TopPKeepsTheSmallestSetThatReachesP) {
    // Probabilities: 0.644, 0.237, 0.087, 0.032.
    EXPECT_EQ(drawCounts({.top_p = 0.6f, .seed = 1}, 200)[1], 200);
    const auto counts = drawCounts({.top_p = 0.7f, .seed = 1}, 500);
    EXPECT_EQ(counts[0] + counts[3], 0);
    EXPECT_GT(counts[2], 0);
}

TEST(Sampler, TopPSearchesBeyondTheFirstSortedChunk) {
    const std::vector<float> flat(1000, 0.0f);
    Sampler sampler({.top_p = 0.5f, .seed = 3}, {});
    int32_t largest = 0;
    for (int64_t position = 0; position < 3000; ++position)
        largest = std::max(largest, sampler.sample(flat, position).id);
    EXPECT_LT(largest, 501);
    EXPECT_GT(largest, 450);
}

TEST(Sampler, MinPDropsTokensFarBelowTheBest) {
    const auto counts = drawCounts({.min_p = 0.2f, .seed = 1}, 500);  // keeps 0.644 and 0.237
    EXPECT_EQ(counts[0] + counts[3], 0);
    EXPECT_GT(counts[2], 0);
}

TEST(Sampler, BiasForbidsAndForces) {
    Sampler forbid({.temperature = 0.0f, .logit_bias = {{1, -100.0f}}}, {});
    EXPECT_EQ(forbid.sample(kLogits, 0).id, 2);
    Sampler force({.temperature = 0.0f, .logit_bias = {{3, 100.0f}}}, {});
    EXPECT_EQ(force.sample(kLogits, 0).id, 3);
}

TEST(Sampler, PresenceAndFrequencyPenaltiesCountTheAnswerOnly) {
    Sampler sampler({.temperature = 0.0f, .frequency_penalty = 0.6f},
                    std::vector<int32_t>{1, 1, 1});
    std::vector<int32_t> ids;
    for (int64_t position = 0; position < 4; ++position)
        ids.push_back(sampler.sample(kLogits, position).id);
    // 3.0, then 2.4 (once), then 1.8 (twice) falls below token 2.
    EXPECT_THAT(ids, ElementsAre(1, 1, 2, 1));

    Sampler presence({.temperature = 0.0f, .presence_penalty = 1.5f}, {});
    EXPECT_EQ(presence.sample(kLogits, 0).id, 1);
    EXPECT_EQ(presence.sample(kLogits, 1).id, 2);
}

TEST(Sampler, RepetitionPenaltyCountsThePromptToo) {
    Sampler sampler({.temperature = 0.0f, .repetition_penalty = 2.0f}, std::vector<int32_t>{1});
    EXPECT_EQ(sampler.sample(kLogits, 0).id, 2);
}

TEST(Sampler, LogprobsAreTheModelsOwn) {
    Sampler sampler({.temperature = 0.0f, .logit_bias = {{3, 100.0f}}, .top_logprobs = 2}, {});
    const SampledToken token = sampler.sample(kLogits, 0);
    const double norm = std::log(std::exp(1.0) + std::exp(3.0) + std::exp(2.0) + 1.0);
    EXPECT_EQ(token.id, 3);
    EXPECT_NEAR(token.logprob, 0.0 - norm, 1e-6);
    ASSERT_EQ(token.top.size(), 2u);
    EXPECT_EQ(token.top[0].id, 1);
    EXPECT_NEAR(token.top[0].logprob, 3.0 - norm, 1e-6);
}

TEST(CheckSamplingParams, NamesTheParameterOutOfRange) {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const std::vector<std::pair<SamplingParams, std::string>> cases = {
        {{.temperature = 2.1f}, "temperature"},
        {{.temperature = nan}, "temperature"},
        {{.top_p = 0.0f}, "top_p"},
        {{.top_k = -1}, "top_k"},
        {{.min_p = 1.5f}, "min_p"},
        {{.presence_penalty = -3}, "presence_penalty"},
        {{.frequency_penalty = 3}, "frequency_penalty"},
        {{.repetition_penalty = 0}, "repetition_penalty"},
        {{.logit_bias = {{4, 1.0f}}}, "logit_bias"},
        {{.logit_bias = {{1, 101.0f}}}, "logit_bias"},
        {{.top_logprobs = 21}, "top_logprobs"},
    };
    for (const auto& [params, name] : cases) {
        const auto status = checkSamplingParams(params, 4);
        ASSERT_FALSE(status.ok()) << name;
        EXPECT_EQ(status.error().context, name);
    }
    EXPECT_TRUE(checkSamplingParams({}, 4).ok());
}

}  // namespace
}  // namespace hearth::engine
