#include "engine/runtime/step_timing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <span>
#include <vector>

#include "engine/runtime/random.h"

namespace hearth::engine {
namespace {

TEST(StepTiming, FindsWhatARowCosts) {
    StepTiming timing;
    for (int i = 0; i < 100; ++i) {
        const int64_t rows = 1 + i % 8;
        timing.record({.decode_rows = rows, .prefill_rows = 0}, 0.05 + 0.01 * double(rows));
    }
    EXPECT_NEAR(timing.secondsPerRow(), 0.01, 1e-9);
    EXPECT_NEAR(timing.decodeSeconds(20), 0.25, 1e-9);
}

TEST(StepTiming, KnowsWhatAPassOfDraftsTakes) {
    StepTiming timing;
    EXPECT_EQ(timing.draftSeconds(4), 0.0);
    for (int i = 0; i < 100; ++i)
        timing.recordDrafts(1 + i % 4, 0.02 + 0.001 * (1 + i % 4));
    EXPECT_NEAR(timing.draftSeconds(1), 0.021, 1e-9);
    EXPECT_NEAR(timing.draftSeconds(8), 0.028, 1e-9);
    EXPECT_EQ(timing.secondsPerRow(), 0.0) << "a step is timed without the drafts before it";
}

TEST(StepTiming, AssumesAShareOfTheStepWhileAllStepsAreAlike) {
    StepTiming timing;
    EXPECT_EQ(timing.secondsPerRow(), 0.0);
    timing.record({.decode_rows = 1, .prefill_rows = 0}, 0.04);
    EXPECT_NEAR(timing.secondsPerRow(), 0.01, 1e-9);
}

/// A machine on which a step with one decode takes 0.1 s, and one with prompt tokens `once` and
/// `token` for each of them more, up to a tenth off.
struct Machine {
    double once = 0.0, token = 0.0;
    StepTiming timing{};
    uint64_t steps = 0;

    /// Lets a prompt of `tokens` tokens enter; seconds of its steps, but for the last, shorter one.
    std::vector<double> enter(int64_t tokens, double limit) {
        std::vector<double> seconds;
        while (tokens > 0) {
            const int64_t chunk = std::min({tokens, timing.prefillWithin(limit, 1), int64_t{256}});
            tokens -= chunk;
            const double noise = 0.9 + 0.2 * uniformAt(1, ++steps);
            const double took = 0.1 + (once + token * double(chunk)) * noise;
            timing.record({.decode_rows = 1, .prefill_rows = chunk}, took);
            if (tokens > 0)
                seconds.push_back(took);
            timing.record({.decode_rows = 1, .prefill_rows = 0}, 0.1);
        }
        return seconds;
    }
};

double meanOf(std::span<const double> values) {
    return std::accumulate(values.begin(), values.end(), 0.0) / double(values.size());
}

TEST(StepTiming, PromptsTakeTheTimeThatDecodingLeaves) {
    for (const double once : {0.0, 0.05, 0.14}) {
        Machine machine{.once = once, .token = 0.004};
        machine.enter(1000, 0.4);  // learns
        const auto seconds = machine.enter(5000, 0.4);
        EXPECT_NEAR(meanOf(seconds), 0.4, 0.04) << once;
        // A tenth of noise, and as much that it makes believe.
        EXPECT_LT(std::ranges::max(seconds), 0.4 + 0.3 * 0.2 + 0.06) << once;
    }
}

TEST(StepTiming, AStepsSizeFollowsThePromptsTimeAToken) {
    Machine machine{.once = 0.05, .token = 0.004};
    machine.enter(3000, 0.4);
    machine.token = 0.012;  // as deep in a long context
    const auto seconds = machine.enter(3000, 0.4);
    EXPECT_NEAR(meanOf(std::span(seconds).subspan(10)), 0.4, 0.06);
}

TEST(StepTiming, PromptsGetOnAtHalfTheirSpeedWhereAStepCostsMoreThanIsLeft) {
    Machine machine{.once = 0.4, .token = 0.01};
    machine.enter(1000, 0.4);
    const auto seconds = machine.enter(4000, 0.4);
    const double all = std::accumulate(seconds.begin(), seconds.end(), 0.0);
    EXPECT_LT(all - 0.1 * double(seconds.size()), 2.2 * 4000 * 0.01);
    EXPECT_NEAR(meanOf(seconds), 0.1 + 2 * 0.4, 0.1);
}

TEST(StepTiming, ABigChunkBeforeTheFirstLimitIsNoMeasureOfTheNext) {
    Machine machine{.once = 0.1, .token = 0.01};
    machine.timing.record({.decode_rows = 0, .prefill_rows = 256}, 2.7);
    const auto seconds = machine.enter(2000, 0.4);
    EXPECT_NEAR(meanOf(std::span(seconds).subspan(6)), 0.4, 0.06);
}

}  // namespace
}  // namespace hearth::engine
