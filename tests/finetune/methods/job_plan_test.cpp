// Memory is planned before a model is loaded; a job that does not fit is told what would.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "finetune/methods/job_plan.h"
#include "tests/finetune/support/tiny_world.h"

namespace hearth::finetune {
namespace {

namespace fs = std::filesystem;
using test::RecordingSink;
using test::TinyWorld;
using testing::HasSubstr;

const std::atomic<bool> kNever{false};
// As in job_plan.cpp: what is left for the program.
constexpr int64_t kReservedBytes = 400'000'000;

engine::ModelConfig configOf(const JobSpec& spec) {
    return engine::readModelConfig(spec.model_directory).valueOrThrow();
}

int64_t neededBy(const JobSpec& spec) {
    return planJob(spec, TrainedPart::Lora, configOf(spec)).valueOrThrow().needed() +
           kReservedBytes;
}

core::Status checked(const JobSpec& spec, int64_t available) {
    const engine::ModelConfig config = configOf(spec);
    return checkMemory(spec, TrainedPart::Lora, config,
                       planJob(spec, TrainedPart::Lora, config).valueOrThrow(), available);
}

class JobPlanTest : public testing::Test {
protected:
    JobSpec spec() {
        JobSpec spec = m_world.sftSpec(m_world.baseModel(), "out");
        spec.hyperparameters.batch_tokens = 4096;
        spec.hyperparameters.max_seq_len = 64;
        return spec;
    }
    core::Error refusal(const JobSpec& spec, int64_t available) {
        const auto status = checked(spec, available);
        EXPECT_FALSE(status);
        return status ? core::Error{} : status.error();
    }

    TinyWorld m_world;
};

TEST_F(JobPlanTest, FitsExactlyWhatItNeeds) {
    const JobSpec job = spec();
    EXPECT_TRUE(checked(job, neededBy(job)));
    EXPECT_EQ(refusal(job, neededBy(job) - 1).code, core::ErrorCode::ResourceExhausted);
    // Where the system says nothing, nothing is refused.
    EXPECT_TRUE(checked(job, 0));
}

TEST_F(JobPlanTest, NamesTheNearestSettingsThatFit) {
    JobSpec job = spec();
    JobSpec checkpointing = job;
    checkpointing.hyperparameters.gradient_checkpointing = true;
    const int64_t first = neededBy(checkpointing);
    EXPECT_THAT(refusal(job, first).message,
                HasSubstr("what would fit: gradient_checkpointing true ("));

    JobSpec smaller = checkpointing;
    smaller.hyperparameters.base_storage = BaseKept::Source;
    smaller.hyperparameters.batch_tokens = 1024;
    smaller.hyperparameters.accumulation = 4;
    const int64_t later = neededBy(smaller);
    ASSERT_LT(later, first);
    EXPECT_THAT(refusal(job, later).message,
                HasSubstr("what would fit: gradient_checkpointing true, base_storage source, "
                          "batch_tokens 1024 with accumulation 4 ("));
    EXPECT_THAT(refusal(job, 1000).message, HasSubstr("no settings of the same training"));
}

TEST_F(JobPlanTest, ARefusedJobLeavesNothing) {
    JobSpec job = m_world.sftSpec(m_world.baseModel(), "out");
    job.hyperparameters.memory_gb = 0.3;
    const FailedEvent failed = TinyWorld::fail(job);
    EXPECT_EQ(failed.code, core::errorCodeName(core::ErrorCode::ResourceExhausted));
    EXPECT_THAT(failed.message, HasSubstr("training needs 0."));
    EXPECT_THAT(failed.message, HasSubstr("there are 0.30 GB"));
}

TEST_F(JobPlanTest, EveryMethodSaysWhatItPlans) {
    for (const JobSpec& job : {m_world.pretrainSpec("a"), m_world.sftSpec(m_world.baseModel(), "b"),
                               m_world.dpoSpec(m_world.baseModel(), "c"),
                               m_world.grpoSpec(m_world.undecidedModel(), "d")}) {
        const auto started = TinyWorld::run(job).all<StartedEvent>();
        ASSERT_EQ(started.size(), 1u);
        EXPECT_GT(started.front().planned_bytes, started.front().total_parameters * 4)
            << job.method;
    }
}

TEST_F(JobPlanTest, AProbeTimesStepsAndKeepsNothing) {
    JobSpec job = m_world.sftSpec(m_world.baseModel(), "out", 10);
    RecordingSink sink;
    ASSERT_TRUE(probeJob(job, JobKeys(), sink, kNever, 3));
    ASSERT_EQ(sink.events.size(), 4u);  // the three steps as progress
    EXPECT_EQ(sink.all<ProgressEvent>().back().total_steps, 3);
    const ProbedEvent probed = sink.all<ProbedEvent>().at(0);
    EXPECT_EQ(probed.steps, 3);
    const auto started = TinyWorld::run(job).all<StartedEvent>();
    EXPECT_EQ(probed.total_steps, started.at(0).total_steps);
    EXPECT_EQ(probed.planned_bytes, started.at(0).planned_bytes);
    EXPECT_EQ(started.at(0).resumed_step, 0);
    EXPECT_GT(probed.seconds_per_step, 0.0);
    EXPECT_DOUBLE_EQ(probed.seconds, probed.seconds_per_step * double(probed.total_steps));
    EXPECT_GT(probed.tokens_per_second, 0.0);
    EXPECT_GT(probed.peak_bytes, 0);
}

TEST_F(JobPlanTest, AJobGoesOnWithGradientCheckpointing) {
    JobSpec job = m_world.sftSpec(m_world.baseModel(), "plain");
    job.keep_checkpoints = true;
    TinyWorld::run(job);
    job.hyperparameters.gradient_checkpointing = true;
    RecordingSink sink;
    ASSERT_TRUE(verifyJob(job, JobKeys(), sink, kNever, {.steps = 4}));
    EXPECT_TRUE(sink.all<VerifiedEvent>().at(0).equal);
}

}  // namespace
}  // namespace hearth::finetune
