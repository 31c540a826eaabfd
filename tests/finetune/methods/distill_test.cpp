// A student learns what a teacher says, as far as a grader finds it right.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <set>

#include "core/crypto/random.h"
#include "core/crypto/sealed_file.h"
#include "core/strings.h"
#include "tests/finetune/support/stopping_sink.h"
#include "tests/finetune/support/tiny_world.h"

namespace hearth::finetune {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using test::RecordingSink;
using test::TinyWorld;
using testing::HasSubstr;

const std::atomic<bool> kNever{false};

class DistillTest : public testing::Test {
protected:
    /// The teacher knows two answers to each question; the grader likes one of them.
    JobSpec spec(const std::string& output) {
        JobSpec spec = m_world.grpoSpec(m_world.baseModel(), output);
        spec.method = "distill";
        spec.teacher_directory = m_world.undecidedModel();
        spec.hyperparameters.policy.group_size = 8;
        spec.evaluations.clear();
        spec.keep_checkpoints = true;
        return spec;
    }
    std::vector<json> taught(const JobSpec& spec) const {
        std::vector<json> rows;
        const std::string text = test::slurp(fs::path(spec.checkpointDirectory()) / "taught.jsonl");
        for (const std::string_view line : core::split(text, '\n'))
            if (!line.empty())
                rows.push_back(json::parse(line));
        return rows;
    }

    TinyWorld m_world;
};

TEST_F(DistillTest, TeachesAnswersThatTheGraderFindsRight) {
    const JobSpec job = spec("out");
    const RecordingSink sink = TinyWorld::run(job);
    const auto rows = taught(job);
    ASSERT_FALSE(rows.empty());
    for (const json& row : rows) {
        const json& messages = row.at("messages");
        ASSERT_GE(messages.size(), 2u);
        EXPECT_EQ(messages.back().at("role"), "assistant");
        EXPECT_FALSE(messages.back().at("content").get<std::string>().empty());
    }
    EXPECT_TRUE(fs::exists(fs::path(job.output_directory) / "adapter_model.safetensors"));
    bool told = false;
    for (const auto& event : sink.all<LogEvent>())
        told |= event.message.find(std::to_string(rows.size()) + " of ") != std::string::npos;
    EXPECT_TRUE(told);

    // The student's rewards are those of supervised training on these rows.
    RecordingSink again;
    ASSERT_TRUE(verifyJob(job, JobKeys(), again, kNever, {.steps = 4}));
    EXPECT_TRUE(again.all<VerifiedEvent>().at(0).equal);
}

TEST_F(DistillTest, OnePromptTeachesAsManyDifferentAnswersAsAskedFor) {
    JobSpec all = spec("all");
    all.hyperparameters.distill = {.keep = 8, .min_reward = 0.0};
    TinyWorld::run(all);
    JobSpec best = spec("best");
    TinyWorld::run(best);
    EXPECT_GT(taught(all).size(), taught(best).size());
    std::set<std::string> different;
    for (const json& row : taught(all))
        EXPECT_TRUE(different.insert(row.dump()).second);
}

TEST_F(DistillTest, AKilledJobDoesNotAskTheTeacherAgain) {
    const JobSpec whole = spec("whole");
    TinyWorld::run(whole);
    JobSpec killed = spec("killed");
    test::runAndKill(killed, 6);
    ASSERT_EQ(taught(killed), taught(whole));
    killed.teacher_directory = m_world.path("gone");
    TinyWorld::run(killed);
    EXPECT_EQ(test::adapterBytes(killed), test::adapterBytes(whole));
}

TEST_F(DistillTest, SealsWhatTheTeacherSaid) {
    const auto key = core::randomKey();
    JobKeys keys;
    ASSERT_TRUE(keys.add("job", core::SecureBytes::copyOf(key.span())));
    JobSpec job = spec("sealed");
    job.output_key = "job";
    TinyWorld::run(job, keys);
    const fs::path file = fs::path(job.checkpointDirectory()) / "taught.jsonl";
    EXPECT_TRUE(core::isSealedFile(file));
    EXPECT_THAT(test::slurp(file), testing::Not(HasSubstr("messages")));
}

TEST_F(DistillTest, SaysWhatIsMissing) {
    JobSpec job = spec("out");
    job.teacher_directory.clear();
    EXPECT_THAT(TinyWorld::fail(job).message, HasSubstr("teacher_directory is required"));
    job = spec("out");
    job.hyperparameters.policy.grader =
        R"({"type": "string_check", "operation": "eq", "reference": "nobody says this"})";
    EXPECT_THAT(TinyWorld::fail(job).message, HasSubstr("no answer of the teacher"));
    job.hyperparameters.policy.grader.clear();
    EXPECT_THAT(TinyWorld::fail(job).message, HasSubstr("grader is required"));
}

}  // namespace
}  // namespace hearth::finetune
