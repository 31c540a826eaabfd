#include "finetune/jobs/training_precision.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "core/file.h"
#include "engine/cpu/gemm.h"
#include "finetune/jobs/decisive_settings.h"
#include "tests/finetune/support/stopping_sink.h"

namespace hearth::finetune {
namespace {

using test::RecordingSink;
using test::TinyWorld;

class TrainingPrecisionTest : public testing::Test {
protected:
    JobSpec spec(const std::string& output = "out") {
        JobSpec spec = m_world.pretrainSpec(output);
        spec.hyperparameters.training_precision = TrainingPrecision::Auto;
        spec.keep_checkpoints = true;
        return spec;
    }
    static std::filesystem::path recordPath(const JobSpec& spec) {
        return std::filesystem::path(spec.checkpointDirectory()) / "precision";
    }
    static std::string recordOf(const JobSpec& spec) { return test::slurp(recordPath(spec)); }

    TinyWorld m_world;
};

TEST_F(TrainingPrecisionTest, AutoIsWhatTheProcessorMultipliesFastest) {
    const auto chosen = withChosenPrecision(spec()).valueOrThrow();
    EXPECT_EQ(chosen.hyperparameters.training_precision,
              engine::hasBf16Products() ? TrainingPrecision::Bf16 : TrainingPrecision::F32);
    JobSpec rewarded = spec();
    rewarded.method = "grpo";
    EXPECT_EQ(withChosenPrecision(rewarded).valueOrThrow().hyperparameters.training_precision,
              TrainingPrecision::F32);
    const RecordingSink sink = TinyWorld::run(spec());
    const std::string name = engine::hasBf16Products() ? "bf16" : "f32";
    EXPECT_EQ(sink.all<StartedEvent>()[0].precision, name);
    EXPECT_EQ(recordOf(spec()), name + "\n");
}

/// As on a machine that would choose otherwise.
TEST_F(TrainingPrecisionTest, AJobGoesOnWithWhatItBegan) {
    for (const TrainingPrecision precision : {TrainingPrecision::F32, TrainingPrecision::Bf16}) {
        const JobSpec asked = spec(precision == TrainingPrecision::F32 ? "f" : "b");
        JobSpec begun = asked;
        begun.hyperparameters.training_precision = precision;
        test::runAndKill(begun, 9);
        EXPECT_EQ(TinyWorld::run(asked).all<StartedEvent>()[0].resumed_step, 8);
    }
}

/// As one that an earlier version left: F32, nothing said of it.
TEST_F(TrainingPrecisionTest, AJobWithoutARecordGoesOnInF32) {
    const JobSpec asked = spec();
    JobSpec begun = asked;
    begun.hyperparameters.training_precision = TrainingPrecision::F32;
    test::runAndKill(begun, 9);
    ASSERT_TRUE(std::filesystem::remove(recordPath(asked)));
    const auto started = TinyWorld::run(asked).all<StartedEvent>();
    EXPECT_EQ(started[0].resumed_step, 8);
    EXPECT_EQ(started[0].precision, "f32");
    EXPECT_EQ(recordOf(asked), "f32\n");
}

TEST_F(TrainingPrecisionTest, OfF32TheFingerprintIsThatOfEarlierVersions) {
    const auto settings = [&](TrainingPrecision precision) {
        JobSpec job = spec();
        job.hyperparameters.training_precision = precision;
        return nlohmann::json::parse(decisiveSettings(job)).at("hyperparameters");
    };
    auto later = settings(TrainingPrecision::Bf16);
    EXPECT_EQ(later.at("training_precision"), "bf16");
    later.erase("training_precision");
    EXPECT_EQ(settings(TrainingPrecision::F32), later);
}

TEST_F(TrainingPrecisionTest, TheOtherPrecisionIsAnotherJob) {
    JobSpec first = spec();
    first.hyperparameters.training_precision = TrainingPrecision::Bf16;
    test::runAndKill(first, 9);
    EXPECT_EQ(TinyWorld::run(first).all<StartedEvent>()[0].resumed_step, 8);
    JobSpec other = spec("other");
    other.checkpoint_directory = first.checkpointDirectory();
    other.hyperparameters.training_precision = TrainingPrecision::F32;
    EXPECT_EQ(TinyWorld::run(other).all<StartedEvent>()[0].resumed_step, 0);
}

TEST_F(TrainingPrecisionTest, ADamagedRecordIsNamed) {
    const JobSpec job = spec();
    const auto path = recordPath(job);
    ASSERT_TRUE(core::createDirectories(path.parent_path()));
    ASSERT_TRUE(core::writeFileAtomic(path, std::string_view("bf1")));
    const auto chosen = withChosenPrecision(job);
    ASSERT_FALSE(chosen);
    EXPECT_EQ(chosen.error().code, core::ErrorCode::DataCorrupt);
    EXPECT_NE(chosen.error().text().find("precision"), std::string::npos);
}

}  // namespace
}  // namespace hearth::finetune
