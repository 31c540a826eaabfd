#include "finetune/jobs/job_event.h"

#include <gtest/gtest.h>

namespace hearth::finetune {
namespace {

class JobEventTest : public testing::TestWithParam<JobEvent> {};

TEST_P(JobEventTest, RoundTripIsOneLine) {
    const std::string line = writeJobEvent(GetParam());
    EXPECT_EQ(line.find('\n'), std::string::npos);
    const auto event = parseJobEvent(line);
    ASSERT_TRUE(event) << event.error().text();
    EXPECT_EQ(event->index(), GetParam().index());
    EXPECT_EQ(writeJobEvent(*event), line);
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, JobEventTest,
    testing::Values(JobEvent(StartedEvent{.method = "sft", .total_steps = 9, .examples = 3}),
                    JobEvent(ProgressEvent{.step = 3, .total_steps = 9, .loss = 1.25}),
                    JobEvent(EvaluationEvent{.name = "held \"out\"",
                                             .phase = EvaluationPhase::After,
                                             .unit = EvaluationUnit::Questions,
                                             .n = 12,
                                             .accuracy = 0.5}),
                    JobEvent(CheckpointEvent{.step = 4, .path = "/c", .metrics = {{"loss", 2.0}}}),
                    JobEvent(FinishedEvent{.output_path = "/o",
                                           .steps = 9,
                                           .published_step = 6,
                                           .stop_reason = "early_stopping",
                                           .metrics = {{"a", 1.0}}}),
                    JobEvent(FailedEvent{.code = "disk_full", .message = "line\nbreak"}),
                    JobEvent(VerifiedEvent{.from_step = 4,
                                           .to_step = 6,
                                           .recorded_loss = 1.0 / 3.0,
                                           .replayed_loss = 0.5,
                                           .tensor = "w"}),
                    JobEvent(LogEvent{.level = "warn", .message = "x"})));

TEST(JobEvent, AStepIsToldByItsLossOrReward) {
    ProgressEvent event{.loss = 1.25};
    EXPECT_EQ(progressText(event), "loss 1.2500");
    event.metrics = {{"answer_tokens", 8.0}, {"reward", 0.5}};
    EXPECT_EQ(progressText(event), "reward 0.500");
}

TEST(JobEvent, ResultsNameWhatTheyCount) {
    EvaluationEvent event{.n = 8, .loss = 1.25, .accuracy = 0.5};
    EXPECT_EQ(resultText(event), "loss 1.2500, accuracy 50.0 % over 8 tokens");
    event.unit = EvaluationUnit::Questions;
    EXPECT_EQ(resultText(event), "50.0 % of 8 questions answered right");
    event.unit = EvaluationUnit::Pairs;
    EXPECT_EQ(resultText(event), "loss 1.2500, 50.0 % of 8 pairs in the right order");
    event.unit = EvaluationUnit::Prompts;
    EXPECT_EQ(resultText(event), "reward 0.5000 over 8 prompts");
}

TEST(JobEvent, RefusesWhatItDoesNotKnow) {
    EXPECT_FALSE(parseJobEvent(R"({"event": "party"})"));
    EXPECT_FALSE(parseJobEvent(R"({"event": "log", "colour": "red"})"));
    EXPECT_FALSE(parseJobEvent("[]"));
    EXPECT_FALSE(parseJobEvent("nonsense"));
}

}  // namespace
}  // namespace hearth::finetune
