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
                                             .n = 12,
                                             .accuracy = 0.5,
                                             .questions = true}),
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

TEST(JobEvent, RefusesWhatItDoesNotKnow) {
    EXPECT_FALSE(parseJobEvent(R"({"event": "party"})"));
    EXPECT_FALSE(parseJobEvent(R"({"event": "log", "colour": "red"})"));
    EXPECT_FALSE(parseJobEvent("[]"));
    EXPECT_FALSE(parseJobEvent("nonsense"));
}

}  // namespace
}  // namespace hearth::finetune
