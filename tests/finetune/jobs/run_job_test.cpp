#include "finetune/jobs/run_job.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "core/crypto/random.h"
#include "core/crypto/sealed_file.h"
#include "tests/finetune/support/stopping_sink.h"
#include "tests/finetune/support/tiny_world.h"

namespace hearth::finetune {
namespace {

namespace fs = std::filesystem;
using test::RecordingSink;
using test::runAndKill;
using test::StoppingSink;
using test::TinyWorld;

std::string weights(const JobSpec& spec) {
    return test::slurp(fs::path(spec.output_directory) / "model.safetensors");
}

/// Pauses the job when it reports a step.
class PausingSink : public RecordingSink {
public:
    PausingSink(int64_t step, std::atomic<bool>& paused) : m_step(step), m_paused(paused) {}

    void emit(const JobEvent& event) override {
        RecordingSink::emit(event);
        const auto* progress = std::get_if<ProgressEvent>(&event);
        if (!progress)
            return;
        lastStep = progress->step;
        if (progress->step == m_step)
            m_paused = true;
    }

    std::atomic<int64_t> lastStep{0};

private:
    int64_t m_step;
    std::atomic<bool>& m_paused;
};

class RunJobTest : public testing::Test {
protected:
    TinyWorld m_world;
};

TEST_F(RunJobTest, ReportsFromStartToFinish) {
    const RecordingSink sink = TinyWorld::run(m_world.pretrainSpec("out"));
    ASSERT_TRUE(std::holds_alternative<StartedEvent>(sink.events.front()));
    ASSERT_TRUE(std::holds_alternative<FinishedEvent>(sink.events.back()));
    const auto progress = sink.all<ProgressEvent>();
    ASSERT_EQ(progress.size(), 12u);
    EXPECT_EQ(progress.back().step, 12);
    EXPECT_EQ(progress.back().total_steps, 12);
    EXPECT_LT(progress.back().loss, progress.front().loss);
    EXPECT_EQ(progress.back().tokens, sink.all<FinishedEvent>()[0].trained_tokens);
    EXPECT_EQ(sink.all<CheckpointEvent>().size(), 3u);
    EXPECT_EQ(sink.all<EvaluationEvent>().size(), 4u);  // before, at 5 and 10, after
    EXPECT_LT(sink.metric("heldout_loss_after"), sink.metric("heldout_loss_before"));
    EXPECT_LT(sink.metric("heldout_trigram_loss"), sink.metric("heldout_unigram_loss"));
    EXPECT_FALSE(fs::exists(m_world.path("out.checkpoints")));
}

TEST_F(RunJobTest, OneSeedGivesOneModel) {
    JobSpec first = m_world.pretrainSpec("first");
    JobSpec second = m_world.pretrainSpec("second");
    second.hyperparameters.threads = 1;
    JobSpec other = m_world.pretrainSpec("other");
    other.hyperparameters.seed = 4;
    for (const JobSpec& spec : {first, second, other})
        TinyWorld::run(spec);
    EXPECT_EQ(weights(first), weights(second));
    EXPECT_NE(weights(first), weights(other));
}

TEST_F(RunJobTest, AKilledJobResumesToTheSameBits) {
    const JobSpec whole = m_world.pretrainSpec("whole");
    TinyWorld::run(whole);
    const JobSpec killed = m_world.pretrainSpec("killed");
    runAndKill(killed, 3);   // before the first checkpoint
    runAndKill(killed, 7);   // after it
    runAndKill(killed, 10);  // and again
    EXPECT_FALSE(fs::exists(killed.output_directory));
    const RecordingSink sink = TinyWorld::run(killed);
    EXPECT_EQ(sink.all<StartedEvent>()[0].resumed_step, 8);
    EXPECT_EQ(weights(killed), weights(whole));
}

TEST_F(RunJobTest, ResumesFromTheOneBeforeACorruptedCheckpoint) {
    const JobSpec whole = m_world.pretrainSpec("whole");
    TinyWorld::run(whole);
    const JobSpec killed = m_world.pretrainSpec("killed");
    runAndKill(killed, 9);
    fs::resize_file(m_world.path("killed.checkpoints/step-0000000008/tensors.safetensors"), 1000);
    const RecordingSink sink = TinyWorld::run(killed);
    EXPECT_EQ(sink.all<StartedEvent>()[0].resumed_step, 4);
    const auto logs = sink.all<LogEvent>();
    EXPECT_TRUE(std::any_of(logs.begin(), logs.end(), [](const LogEvent& log) {
        return log.level == "warn" && log.message.find("passed over") != std::string::npos;
    }));
    EXPECT_EQ(weights(killed), weights(whole));
}

TEST_F(RunJobTest, CancellingLeavesACheckpointToContinueFrom) {
    const JobSpec whole = m_world.pretrainSpec("whole");
    TinyWorld::run(whole);
    const JobSpec spec = m_world.pretrainSpec("cancelled");
    std::atomic<bool> cancel{false};
    StoppingSink sink(6, &cancel);
    const auto status = runJob(spec, JobKeys(), sink, cancel);
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, core::ErrorCode::Cancelled);
    EXPECT_EQ(sink.all<FailedEvent>()[0].code, "cancelled");
    EXPECT_EQ(sink.all<CheckpointEvent>().back().step, 6);
    EXPECT_EQ(TinyWorld::run(spec).all<StartedEvent>()[0].resumed_step, 6);
    EXPECT_EQ(weights(spec), weights(whole));
}

TEST_F(RunJobTest, APausedJobWaitsAndGoesOnToTheSameBits) {
    const JobSpec whole = m_world.pretrainSpec("whole");
    TinyWorld::run(whole);
    std::atomic<bool> cancel{false}, paused{false};
    PausingSink sink(5, paused);
    const JobSpec spec = m_world.pretrainSpec("paused");
    std::thread job([&] { EXPECT_TRUE(runJob(spec, JobKeys(), sink, cancel, &paused)); });
    while (!paused)
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    EXPECT_EQ(sink.lastStep, 5);
    paused = false;
    job.join();
    EXPECT_EQ(weights(whole), weights(spec));
    EXPECT_GT(sink.metric("paused_seconds"), 0.0);

    PausingSink stopped(5, paused);
    std::thread another([&] {
        const auto status =
            runJob(m_world.pretrainSpec("stopped"), JobKeys(), stopped, cancel, &paused);
        EXPECT_EQ(status.error().code, core::ErrorCode::Cancelled);
    });
    while (!paused)
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    cancel = true;
    another.join();
}

TEST_F(RunJobTest, AnotherSettingDoesNotContinueFromThisCheckpoint) {
    JobSpec spec = m_world.pretrainSpec("out");
    runAndKill(spec, 9);
    spec.hyperparameters.learning_rate = 5e-3;
    EXPECT_EQ(TinyWorld::run(spec).all<StartedEvent>()[0].resumed_step, 0);
}

TEST_F(RunJobTest, AccumulationEqualsOneBigBatch) {
    // Examples of one length, so that both ways pack the same examples into a step.
    std::string text;
    for (int i = 0; i < 64; ++i)
        text += std::string("The pump is red. The tank is ") + char('a' + i % 26) +
                ".\n<|endoftext|>\n";
    test::spit(m_world.path("equal.txt"), text);
    JobSpec big = m_world.pretrainSpec("big", 4);
    big.inputs[0].path = m_world.path("equal.txt");
    big.hyperparameters.balance_gamma = 0.0;
    big.hyperparameters.max_seq_len = 16;
    big.hyperparameters.batch_tokens = 48;  // four of eleven tokens
    JobSpec small = big;
    small.output_directory = m_world.path("small");
    small.hyperparameters.batch_tokens = 16;
    small.hyperparameters.accumulation = 4;

    const auto bigSteps = TinyWorld::run(big).all<ProgressEvent>();
    const auto smallSteps = TinyWorld::run(small).all<ProgressEvent>();
    ASSERT_EQ(bigSteps.size(), smallSteps.size());
    for (size_t i = 0; i < bigSteps.size(); ++i) {
        ASSERT_EQ(bigSteps[i].tokens, smallSteps[i].tokens);
        // Only the order of float additions differs.
        EXPECT_NEAR(bigSteps[i].loss, smallSteps[i].loss, 2e-4) << i;
        EXPECT_NEAR(bigSteps[i].gradient_norm, smallSteps[i].gradient_norm,
                    2e-3 * bigSteps[i].gradient_norm)
            << i;
    }
}

TEST_F(RunJobTest, AFullDiskFailsClearlyAndCanBeContinued) {
    const JobSpec spec = m_world.pretrainSpec("out");
    runAndKill(spec, 5);
    {
        const test::FileSizeLimit limit(20000);
        EXPECT_EQ(TinyWorld::fail(spec).code, "disk_full");
    }
    EXPECT_EQ(TinyWorld::run(spec).all<StartedEvent>()[0].resumed_step, 4);
}

TEST_F(RunJobTest, RefusesToOverwrite) {
    const JobSpec spec = m_world.pretrainSpec("out");
    fs::create_directory(spec.output_directory);
    RecordingSink sink;
    const std::atomic<bool> never{false};
    ASSERT_FALSE(runJob(spec, JobKeys(), sink, never));
    EXPECT_EQ(sink.all<FailedEvent>()[0].code, "already_exists");
    EXPECT_TRUE(fs::is_empty(spec.output_directory));
}

TEST_F(RunJobTest, SaysWhatIsWrongWithASpecification) {
    JobSpec spec = m_world.pretrainSpec("out");
    spec.method = "magic";
    EXPECT_NE(TinyWorld::fail(spec).message.find("'magic' is not known; there are: "),
              std::string::npos);

    spec = m_world.pretrainSpec("out");
    spec.hyperparameters.max_seq_len = 128;
    spec.hyperparameters.batch_tokens = 64;
    EXPECT_NE(TinyWorld::fail(spec).message.find("max_seq_len"), std::string::npos);
    spec.hyperparameters.batch_tokens = 4096;
    spec.hyperparameters.max_seq_len = 4096;
    EXPECT_NE(TinyWorld::fail(spec).message.find("max_position_embeddings 128"), std::string::npos);

    spec = m_world.pretrainSpec("out");
    spec.inputs[0].path = m_world.path("nowhere.txt");
    const FailedEvent failed = TinyWorld::fail(spec);
    EXPECT_EQ(failed.code, "not_found");
    EXPECT_NE(failed.message.find("nowhere.txt"), std::string::npos);
}

TEST_F(RunJobTest, NumbersABadLine) {
    JobSpec spec = m_world.pretrainSpec("out");
    test::spit(m_world.path("bad.jsonl"),
               test::slurp(m_world.path("chats.jsonl")) + "{\"x\": 1}\n");
    spec.inputs = {{m_world.path("bad.jsonl"), DataKind::Chat, ""}};
    const FailedEvent failed = TinyWorld::fail(spec);
    EXPECT_EQ(failed.code, "invalid_argument");
    EXPECT_NE(failed.message.find("line 7: has no \"messages\""), std::string::npos);
}

TEST_F(RunJobTest, SealedDataAndResultsNeedTheirKeys) {
    const core::SecureBytes key = core::randomKey();
    const std::string text = test::slurp(m_world.path("train.txt"));
    ASSERT_TRUE(core::writeSealed(m_world.path("train.sealed"), key,
                                  std::as_bytes(std::span(text.data(), text.size()))));
    JobSpec spec = m_world.pretrainSpec("out");
    spec.inputs = {{m_world.path("train.sealed"), DataKind::Text, "data"}};
    spec.output_key = "data";
    EXPECT_EQ(TinyWorld::fail(spec).code, "not_found");

    JobKeys keys;
    ASSERT_TRUE(keys.add("data", core::SecureBytes::copyOf(key.span())));
    TinyWorld::run(spec, keys);
    const fs::path model = fs::path(spec.output_directory) / "model.safetensors";
    EXPECT_TRUE(core::isSealedFile(model));
    const JobSpec plain = m_world.pretrainSpec("plain");
    TinyWorld::run(plain);
    const auto opened = core::readSealed(model, key);
    ASSERT_TRUE(opened);
    const std::string expected = weights(plain);
    ASSERT_EQ(opened->size(), expected.size());
    EXPECT_EQ(std::memcmp(opened->data(), expected.data(), expected.size()), 0);
}

}  // namespace
}  // namespace hearth::finetune
