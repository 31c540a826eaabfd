// Recorded steps of every method trained again; what was changed afterwards is found.
#include <gtest/gtest.h>
#include <map>
#include <nlohmann/json.hpp>

#include "core/crypto/random.h"
#include "core/crypto/sha256.h"
#include "tests/finetune/support/stopping_sink.h"
#include "tests/finetune/support/tiny_world.h"

namespace hearth::finetune {
namespace {

namespace fs = std::filesystem;
using test::RecordingSink;
using test::TinyWorld;

const std::atomic<bool> kNever{false};

std::map<std::string, std::string> contentOf(const std::string& directory) {
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(directory))
        if (entry.is_regular_file())
            files[entry.path().string()] = test::slurp(entry.path());
    return files;
}

VerifiedEvent verified(const JobSpec& spec, const ReplayOptions& options,
                       const JobKeys& keys = JobKeys()) {
    RecordingSink sink;
    const auto status = verifyJob(spec, keys, sink, kNever, options);
    EXPECT_TRUE(status) << status.error().text();
    const auto events = sink.all<VerifiedEvent>();
    EXPECT_EQ(events.size(), 1u);
    return events.empty() ? VerifiedEvent{} : events.front();
}

core::Error refused(const JobSpec& spec, const ReplayOptions& options) {
    RecordingSink sink;
    const auto status = verifyJob(spec, JobKeys(), sink, kNever, options);
    EXPECT_FALSE(status);
    EXPECT_EQ(sink.all<FailedEvent>().size(), 1u);
    return status ? core::Error{} : status.error();
}

/// Twelve steps with checkpoints every four of which 8 and 12 are left.
struct Job {
    const char* name;
    JobSpec (*spec)(TinyWorld& world);
};

const Job kJobs[] = {
    {"Pretrain", [](TinyWorld& world) { return world.pretrainSpec("out"); }},
    {"Sft", [](TinyWorld& world) { return world.sftSpec(world.baseModel(), "out"); }},
    {"SftBf16",
     [](TinyWorld& world) {
         JobSpec spec = world.sftSpec(world.baseModel(), "out");
         spec.hyperparameters.training_precision = TrainingPrecision::Bf16;
         return spec;
     }},
    {"PretrainBf16",
     [](TinyWorld& world) {
         JobSpec spec = world.pretrainSpec("out");
         spec.hyperparameters.training_precision = TrainingPrecision::Bf16;
         return spec;
     }},
    {"SftFull",
     [](TinyWorld& world) {
         JobSpec spec = world.sftSpec(world.baseModel(), "out");
         spec.full = true;
         return spec;
     }},
    {"Dora",
     [](TinyWorld& world) {
         JobSpec spec = world.sftSpec(world.baseModel(), "out");
         spec.hyperparameters.lora.dora = true;
         spec.hyperparameters.accumulation = 2;
         return spec;
     }},
    {"Dpo", [](TinyWorld& world) { return world.dpoSpec(world.baseModel(), "out"); }},
    {"DpoFull",
     [](TinyWorld& world) {
         JobSpec spec = world.dpoSpec(world.baseModel(), "out");
         spec.full = true;
         return spec;
     }},
    {"Grpo", [](TinyWorld& world) { return world.grpoSpec(world.undecidedModel(), "out"); }},
    {"Mtp",
     [](TinyWorld& world) {
         JobSpec spec = world.pretrainSpec("out");
         spec.method = "mtp";
         spec.model_config_file.clear();
         spec.model_directory = world.baseModel();
         return spec;
     }},
};

class VerifyMethodTest : public testing::TestWithParam<Job> {};

TEST_P(VerifyMethodTest, GivesTheSameBits) {
    TinyWorld world;
    JobSpec spec = GetParam().spec(world);
    spec.keep_checkpoints = true;
    TinyWorld::run(spec);
    const auto before = contentOf(world.path(""));

    const VerifiedEvent tail = verified(spec, {.steps = 4});
    EXPECT_TRUE(tail.equal) << verificationText(tail);
    EXPECT_EQ(tail.from_step, 8);
    EXPECT_EQ(tail.to_step, 12);
    EXPECT_EQ(tail.checkpoints, 1);

    const VerifiedEvent whole = verified(spec, {.from = 0, .steps = 100});
    EXPECT_TRUE(whole.equal) << verificationText(whole);
    EXPECT_EQ(whole.to_step, 12);
    EXPECT_EQ(whole.checkpoints, 2);
    EXPECT_EQ(contentOf(world.path("")), before) << "verifying has to change nothing";
}

INSTANTIATE_TEST_SUITE_P(Methods, VerifyMethodTest, testing::ValuesIn(kJobs),
                         [](const auto& info) { return info.param.name; });

class VerifyTest : public testing::Test {
protected:
    VerifyTest() {
        m_spec.keep_checkpoints = true;
        TinyWorld::run(m_spec);
    }

    std::string checkpoint(int64_t step, const char* file) const {
        return m_world.path("out.checkpoints/step-000000000" + std::to_string(step) + "/" + file);
    }
    std::string journal() const { return m_world.path("out.checkpoints/steps.log"); }

    /// Replaces the first occurrence behind `after`.
    static void replace(const std::string& file, const std::string& after, const std::string& what,
                        const std::string& with) {
        std::string text = test::slurp(file);
        const size_t start = text.find(after);
        ASSERT_NE(start, std::string::npos);
        const size_t at = text.find(what, start);
        ASSERT_NE(at, std::string::npos);
        text.replace(at, what.size(), with);
        test::spit(file, text);
    }

    /// Changes the last weight of a checkpoint and makes its manifest agree.
    void forge(int64_t step) {
        const std::string file = checkpoint(step, "tensors.safetensors");
        const std::string old = core::sha256HexOfFile(file).valueOrThrow();
        std::string bytes = test::slurp(file);
        bytes[bytes.size() - 2] = char(bytes[bytes.size() - 2] ^ 0x10);
        test::spit(file, bytes);
        replace(checkpoint(step, "manifest.json"), "", old,
                core::sha256HexOfFile(file).valueOrThrow());
    }

    TinyWorld m_world;
    JobSpec m_spec = m_world.pretrainSpec("out", 9);  // checkpoints 8 and 9 are left
};

TEST_F(VerifyTest, FindsAChangedRecord) {
    replace(journal(), "\n6 loss", "0x1.", "0x1.0");
    const VerifiedEvent event = verified(m_spec, {.from = 0, .steps = 9});
    EXPECT_FALSE(event.equal);
    EXPECT_EQ(event.to_step, 6);
    EXPECT_NE(event.recorded_loss, event.replayed_loss);
    EXPECT_EQ(event.recorded_gradient_norm, event.replayed_gradient_norm);
    EXPECT_NE(verificationText(event).find("step 6 differs: loss recorded"), std::string::npos);
}

TEST_F(VerifyTest, FindsAForgedCheckpointByTheStepsBehindIt) {
    // The last value is a second moment of AdamW: the next loss is the same, the weights behind the
    // next step are not.
    forge(8);
    const VerifiedEvent event = verified(m_spec, {.from = 8, .steps = 1});
    EXPECT_FALSE(event.equal);
    EXPECT_EQ(event.to_step, 9);
    EXPECT_FALSE(event.tensor.empty());
}

TEST_F(VerifyTest, FindsAForgedCheckpointByTheStepsBeforeIt) {
    forge(9);
    const VerifiedEvent event = verified(m_spec, {.from = 0, .steps = 9});
    EXPECT_FALSE(event.equal);
    EXPECT_EQ(event.to_step, 9);
    EXPECT_EQ(event.checkpoints, 2);  // that of step 8 was right
    EXPECT_NE(verificationText(event).find(event.tensor + " of its checkpoint"), std::string::npos);
}

TEST_F(VerifyTest, RefusesADamagedCheckpoint) {
    fs::resize_file(checkpoint(8, "tensors.safetensors"), 1000);
    EXPECT_EQ(refused(m_spec, {.from = 8}).code, core::ErrorCode::DataCorrupt);
    EXPECT_EQ(refused(m_spec, {.steps = 1}).code, core::ErrorCode::DataCorrupt);
    EXPECT_TRUE(verified(m_spec, {.from = 0, .steps = 7}).equal);
}

TEST_F(VerifyTest, OtherDataIsAnotherJob) {
    JobSpec other = m_spec;
    other.hyperparameters.learning_rate *= 2;
    const core::Error error = refused(other, {});
    EXPECT_EQ(error.code, core::ErrorCode::NotFound);
    EXPECT_NE(error.message.find("other settings"), std::string::npos);
}

TEST_F(VerifyTest, SaysWhatIsNotRecorded) {
    EXPECT_NE(refused(m_spec, {.from = 9}).message.find("no step behind step 9"),
              std::string::npos);
    fs::remove(journal());
    EXPECT_NE(refused(m_spec, {}).message.find("no steps are recorded"), std::string::npos);
    JobSpec tokenizer = m_spec;
    tokenizer.method = "tokenizer";
    EXPECT_EQ(refused(tokenizer, {}).code, core::ErrorCode::Unsupported);
}

TEST_F(VerifyTest, FewerStepsFromTheNewestCheckpointWithEnough) {
    EXPECT_EQ(verified(m_spec, {.steps = 1}).from_step, 8);
    const VerifiedEvent three = verified(m_spec, {.steps = 3});
    EXPECT_EQ(three.from_step, 0);
    EXPECT_EQ(three.to_step, 3);
    EXPECT_EQ(verified(m_spec, {.steps = 100}).to_step, 9);
}

TEST(VerifySealed, NeedsTheJobsKey) {
    TinyWorld world;
    JobSpec spec = world.pretrainSpec("sealed", 5);
    spec.keep_checkpoints = true;
    spec.output_key = "job";
    JobKeys keys;
    ASSERT_TRUE(keys.add("job", core::randomKey()));
    TinyWorld::run(spec, keys);
    EXPECT_TRUE(verified(spec, {.steps = 1}, keys).equal);
    EXPECT_EQ(refused(spec, {.steps = 1}).code, core::ErrorCode::NotFound);
}

TEST(StepsAfterAResume, AreHeldAgainstThoseBeforeIt) {
    TinyWorld world;
    const JobSpec spec = world.pretrainSpec("out");
    const auto warnings = [](const RecordingSink& sink) {
        int64_t count = 0;
        for (const LogEvent& log : sink.all<LogEvent>())
            count += log.level == "warn" ? 1 : 0;
        return count;
    };
    test::runAndKill(spec, 7);
    std::string text = test::slurp(world.path("out.checkpoints/steps.log"));
    const size_t line = text.find("\n6 loss 0x1.");
    ASSERT_NE(line, std::string::npos);
    text.insert(line + 12, "0");
    test::spit(world.path("out.checkpoints/steps.log"), text);
    EXPECT_EQ(warnings(TinyWorld::run(spec)), 1);  // of steps 5, 6 and 7, which come again

    const JobSpec untouched = world.pretrainSpec("untouched");
    test::runAndKill(untouched, 7);
    EXPECT_EQ(warnings(TinyWorld::run(untouched)), 0);
}

}  // namespace
}  // namespace hearth::finetune
