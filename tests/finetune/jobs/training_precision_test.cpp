#include "finetune/jobs/training_precision.h"

#include <gtest/gtest.h>

#include "core/file.h"
#include "engine/cpu/gemm.h"
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
    std::string recordOf(const JobSpec& spec) {
        return test::slurp(std::filesystem::path(spec.checkpointDirectory()) / "precision");
    }

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
    const auto path = std::filesystem::path(job.checkpointDirectory()) / "precision";
    ASSERT_TRUE(core::createDirectories(path.parent_path()));
    ASSERT_TRUE(core::writeFileAtomic(path, std::string_view("bf1")));
    const auto chosen = withChosenPrecision(job);
    ASSERT_FALSE(chosen);
    EXPECT_EQ(chosen.error().code, core::ErrorCode::DataCorrupt);
    EXPECT_NE(chosen.error().text().find("precision"), std::string::npos);
}

}  // namespace
}  // namespace hearth::finetune
