// Stopping early and keeping the best step, over a data set that contradicts the held-out one: what
// is learned makes the held-out loss worse after a while.
#include <gtest/gtest.h>

#include "tests/finetune/support/stopping_sink.h"
#include "tests/finetune/support/tiny_world.h"

namespace hearth::finetune {
namespace {

namespace fs = std::filesystem;
using test::RecordingSink;
using test::TinyWorld;

class EarlyStoppingTest : public testing::Test {
protected:
    JobSpec spec(const std::string& output) {
        JobSpec spec = m_world.sftSpec(m_world.baseModel(), output, 60);
        spec.evaluations = {{.name = "other",
                             .kind = EvaluationKind::Loss,
                             .data = {m_world.path("other_chats.jsonl"), DataKind::Chat, ""},
                             .at_intervals = true}};
        spec.hyperparameters.evaluate_every = 2;
        spec.hyperparameters.early_stopping_patience = 3;
        spec.hyperparameters.load_best_model_at_end = true;
        return spec;
    }

    static FinishedEvent finished(const RecordingSink& sink) {
        const auto events = sink.all<FinishedEvent>();
        EXPECT_EQ(events.size(), 1u);
        return events.empty() ? FinishedEvent{} : events.front();
    }

    /// Step of the least loss that was measured at intervals.
    static int64_t bestOf(const RecordingSink& sink) {
        const EvaluationEvent* best = nullptr;
        const auto events = sink.all<EvaluationEvent>();
        for (const EvaluationEvent& event : events)
            if (event.phase == EvaluationPhase::During && (!best || event.loss < best->loss))
                best = &event;
        return best ? best->step : 0;
    }

    TinyWorld m_world;
};

TEST_F(EarlyStoppingTest, StopsAndPublishesTheBestStep) {
    const RecordingSink sink = TinyWorld::run(spec("stopped"));
    const FinishedEvent end = finished(sink);
    const int64_t best = bestOf(sink);
    EXPECT_EQ(end.stop_reason, "early_stopping");
    EXPECT_LT(end.steps, 60);
    EXPECT_EQ(end.published_step, best);
    EXPECT_EQ(end.steps, best + 3 * 2);

    const auto evaluations = sink.all<EvaluationEvent>();
    EXPECT_EQ(evaluations.back().phase, EvaluationPhase::After);
    EXPECT_EQ(evaluations.back().step, best);
    for (const EvaluationEvent& event : evaluations)
        if (event.phase == EvaluationPhase::During && event.step == best) {
            EXPECT_EQ(evaluations.back().loss, event.loss);  // the same weights, the same bits
        }
}

TEST_F(EarlyStoppingTest, WithoutKeepingTheBestTheLastStepIsPublished) {
    JobSpec last = spec("last");
    last.hyperparameters.load_best_model_at_end = false;
    const RecordingSink sink = TinyWorld::run(last);
    EXPECT_EQ(finished(sink).stop_reason, "early_stopping");
    EXPECT_EQ(finished(sink).published_step, finished(sink).steps);
    EXPECT_GT(finished(sink).steps, bestOf(sink));
    EXPECT_FALSE(fs::exists(m_world.path("last.checkpoints")));
}

TEST_F(EarlyStoppingTest, WithoutPatienceAllStepsAreTrainedAndTheBestIsPublished) {
    JobSpec all = spec("all");
    all.hyperparameters.early_stopping_patience = 0;
    all.hyperparameters.max_steps = 61;  // the last one is no multiple of evaluate_every
    const RecordingSink sink = TinyWorld::run(all);
    const FinishedEvent end = finished(sink);
    EXPECT_EQ(end.stop_reason, "completed");
    EXPECT_EQ(end.steps, 61);
    EXPECT_EQ(end.published_step, bestOf(sink));
    EXPECT_LT(end.published_step, 61);
}

TEST_F(EarlyStoppingTest, TheLastStepIsACandidateToo) {
    JobSpec all = spec("improving");
    all.hyperparameters.max_steps = 7;
    all.evaluations[0].data.path = m_world.path("chats.jsonl");
    const RecordingSink sink = TinyWorld::run(all);
    EXPECT_EQ(finished(sink).published_step, 7);
    EXPECT_EQ(finished(sink).stop_reason, "completed");
}

TEST_F(EarlyStoppingTest, AKilledJobStopsAtTheSameStepWithTheSameBits) {
    const JobSpec whole = spec("whole");
    const FinishedEvent expected = finished(TinyWorld::run(whole));
    const JobSpec killed = spec("killed");
    for (const int64_t step :
         {expected.published_step + 1, expected.published_step + 3, expected.steps})
        test::runAndKill(killed, step);
    const FinishedEvent end = finished(TinyWorld::run(killed));
    EXPECT_EQ(end.steps, expected.steps);
    EXPECT_EQ(end.published_step, expected.published_step);
    EXPECT_EQ(end.stop_reason, "early_stopping");
    EXPECT_EQ(test::adapterBytes(killed), test::adapterBytes(whole));
}

TEST_F(EarlyStoppingTest, HeldOutDataIsPartOfTheJob) {
    JobSpec changed = spec("changed");
    test::runAndKill(changed, 9);
    test::spit(m_world.path("other_chats.jsonl"), test::slurp(m_world.path("chats.jsonl")));
    EXPECT_EQ(TinyWorld::run(changed).all<StartedEvent>()[0].resumed_step, 0);
}

}  // namespace
}  // namespace hearth::finetune
