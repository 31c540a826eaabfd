#include <gtest/gtest.h>
#include <cmath>

#include "finetune/methods/preference_objective.h"
#include "tests/finetune/support/stopping_sink.h"
#include "tests/finetune/support/tiny_world.h"

namespace hearth::finetune {
namespace {

namespace fs = std::filesystem;
using test::adapterBytes;
using test::RecordingSink;
using test::TinyWorld;
using test::valueOf;

class DpoTest : public testing::Test {
protected:
    /// A model that gives the worse answers.
    std::string misled() {
        JobSpec spec = m_world.sftSpec(m_world.baseModel(), "misled", 150);
        spec.full = true;
        spec.inputs[0].path = m_world.path("other_chats.jsonl");
        spec.evaluations.clear();
        TinyWorld::run(spec);
        return spec.output_directory;
    }

    TinyWorld m_world;
};

TEST(PreferenceLossTest, IsTheLogisticLossOfTheRewardMargin) {
    const PreferenceLoss even = preferenceLoss({-3.0, -4.0}, {-3.0, -4.0}, 0.1);
    EXPECT_DOUBLE_EQ(even.loss, std::log(2.0));
    EXPECT_DOUBLE_EQ(even.d_chosen, -0.05);
    EXPECT_DOUBLE_EQ(even.d_rejected, 0.05);

    const PairLogProbabilities reference{-20.0, -25.0};
    const auto lossAt = [&](double chosen, double rejected) {
        return preferenceLoss({chosen, rejected}, reference, 0.3).loss;
    };
    const PreferenceLoss loss = preferenceLoss({-18.0, -26.0}, reference, 0.3);
    EXPECT_NEAR(loss.reward_chosen, 0.6, 1e-12);
    EXPECT_NEAR(loss.reward_rejected, -0.3, 1e-12);
    constexpr double kStep = 1e-4;  // the difference's error is of its square, 1e-8
    EXPECT_NEAR(loss.d_chosen,
                (lossAt(-18.0 + kStep, -26.0) - lossAt(-18.0 - kStep, -26.0)) / (2 * kStep), 1e-7);
    EXPECT_NEAR(loss.d_rejected,
                (lossAt(-18.0, -26.0 + kStep) - lossAt(-18.0, -26.0 - kStep)) / (2 * kStep), 1e-7);
}

TEST(PreferenceLossTest, StaysFiniteFarFromTheReference) {
    const PreferenceLoss loss = preferenceLoss({-9000.0, 0.0}, {0.0, -9000.0}, 1.0);
    EXPECT_DOUBLE_EQ(loss.loss, 18000.0);
    EXPECT_DOUBLE_EQ(loss.d_chosen, -1.0);
    EXPECT_EQ(preferenceLoss({0.0, -9000.0}, {-9000.0, 0.0}, 1.0).loss, 0.0);
}

TEST_F(DpoTest, MakesTheBetterAnswersLikelier) {
    const JobSpec spec = m_world.dpoSpec(misled(), "adapter", 60);
    const RecordingSink sink = TinyWorld::run(spec);
    // Before training the policy is the reference, so every pair is a tie.
    EXPECT_DOUBLE_EQ(sink.metric("pairs_loss_before"), std::log(2.0));
    EXPECT_DOUBLE_EQ(sink.metric("pairs_reward_margin_before"), 0.0);
    EXPECT_DOUBLE_EQ(sink.metric("pairs_reward_accuracy_before"), 0.0);
    EXPECT_DOUBLE_EQ(sink.metric("pairs_reward_accuracy_after"), 1.0);
    EXPECT_GT(sink.metric("pairs_reward_margin_after"), 0.5);
    EXPECT_LT(sink.metric("pairs_loss_after"), 0.5);
    EXPECT_GT(sink.metric("adapter_effect"), 0.0);
    EXPECT_EQ(sink.all<StartedEvent>()[0].method, "dpo");

    const auto progress = sink.all<ProgressEvent>();
    ASSERT_FALSE(progress.empty());
    EXPECT_NEAR(progress.front().loss, std::log(2.0), 1e-9);
    EXPECT_LT(progress.back().loss, progress.front().loss);
    const Metrics& last = progress.back().metrics;
    EXPECT_NEAR(valueOf(last, "reward_margin"),
                valueOf(last, "reward_chosen") - valueOf(last, "reward_rejected"), 1e-9);
    EXPECT_DOUBLE_EQ(valueOf(last, "reward_accuracy"), 1.0);
    EXPECT_LT(valueOf(last, "logp_chosen"), 0.0);
    EXPECT_TRUE(fs::exists(fs::path(spec.output_directory) / "adapter_config.json"));
}

TEST_F(DpoTest, FullTrainingHasTheSameReferenceWithoutASecondModel) {
    JobSpec spec = m_world.dpoSpec(m_world.baseModel(), "tuned", 100);
    spec.full = true;
    spec.hyperparameters.learning_rate = 1e-3;
    const RecordingSink sink = TinyWorld::run(spec);
    EXPECT_DOUBLE_EQ(sink.metric("pairs_loss_before"), std::log(2.0));
    EXPECT_DOUBLE_EQ(sink.metric("pairs_reward_accuracy_after"), 1.0);
    EXPECT_TRUE(fs::exists(fs::path(spec.output_directory) / "model.safetensors"));
}

TEST_F(DpoTest, AKilledJobResumesToTheSameBits) {
    for (const bool full : {false, true}) {
        const std::string name = full ? "full" : "lora";
        JobSpec whole = m_world.dpoSpec(m_world.baseModel(), name + "-whole");
        JobSpec killed = m_world.dpoSpec(m_world.baseModel(), name + "-killed");
        whole.full = killed.full = full;
        TinyWorld::run(whole);
        test::runAndKill(killed, 3);  // before the first checkpoint
        test::runAndKill(killed, 6);  // after it
        test::runAndKill(killed, 9);  // and again
        const RecordingSink sink = TinyWorld::run(killed);
        EXPECT_EQ(sink.all<StartedEvent>()[0].resumed_step, 8);
        const char* file = full ? "model.safetensors" : "adapter_model.safetensors";
        EXPECT_EQ(test::slurp(fs::path(killed.output_directory) / file),
                  test::slurp(fs::path(whole.output_directory) / file))
            << name;
    }
}

TEST_F(DpoTest, ASmallBetaLetsThePolicyGoFurther) {
    JobSpec held = m_world.dpoSpec(m_world.baseModel(), "held", 200);
    held.hyperparameters.dpo.beta = 2.0;
    JobSpec loose = m_world.dpoSpec(m_world.baseModel(), "loose", 200);
    loose.hyperparameters.dpo.beta = 0.05;
    // At the others' rate the loose one may leap over what it learns: it is luck.
    held.hyperparameters.learning_rate = loose.hyperparameters.learning_rate = 3e-3;
    const auto distance = [](const JobSpec& spec) {
        return TinyWorld::run(spec).metric("pairs_reward_margin_after") /
               spec.hyperparameters.dpo.beta;
    };
    EXPECT_LT(distance(held), distance(loose));
    EXPECT_NE(adapterBytes(held), adapterBytes(loose));
}

TEST_F(DpoTest, SaysWhatIsWrongWithASpecification) {
    JobSpec spec = m_world.dpoSpec(m_world.baseModel(), "out");
    spec.inputs = {{m_world.path("chats.jsonl"), DataKind::Chat, ""}};
    EXPECT_EQ(TinyWorld::fail(spec).message, "inputs[0].format must be preference for method dpo");

    spec = m_world.dpoSpec(m_world.baseModel(), "out");
    spec.method = "sft";
    EXPECT_EQ(TinyWorld::fail(spec).message,
              "inputs[0].format must be chat or text for method sft");

    spec = m_world.dpoSpec(m_world.baseModel(), "out");
    spec.hyperparameters.mtp_lambda = 0.3;
    EXPECT_NE(TinyWorld::fail(spec).message.find("mtp_lambda must be 0"), std::string::npos);

    spec = m_world.dpoSpec(m_world.baseModel(), "out");
    spec.hyperparameters.batch_tokens = spec.hyperparameters.max_seq_len = 16;
    EXPECT_NE(TinyWorld::fail(spec).message.find("tokens in both answers together, more than "
                                                 "hyperparameters.batch_tokens 16"),
              std::string::npos);
}

TEST_F(DpoTest, PretrainingCanGoOnWithAnAdapter) {
    JobSpec spec = m_world.pretrainSpec("adapter", 20);
    spec.model_config_file.clear();
    spec.tokenizer_directory.clear();
    spec.model_directory = m_world.baseModel();
    spec.adapter = true;
    spec.hyperparameters.balance_gamma = 0.0;
    spec.hyperparameters.lora.r = 4;
    const RecordingSink sink = TinyWorld::run(spec);
    EXPECT_LT(sink.metric("heldout_loss_after"), sink.metric("heldout_loss_before"));
    EXPECT_TRUE(fs::exists(fs::path(spec.output_directory) / "adapter_model.safetensors"));
    EXPECT_FALSE(fs::exists(fs::path(spec.output_directory) / "model.safetensors"));

    spec.method = "sft";
    spec.output_directory = m_world.path("other");
    EXPECT_NE(TinyWorld::fail(spec).message.find("adapter belongs to method pretrain"),
              std::string::npos);
}

TEST_F(DpoTest, TakesTheBalanceLossAlong) {
    JobSpec spec = m_world.dpoSpec(m_world.baseModel(), "balanced", 3);
    spec.full = true;
    spec.hyperparameters.balance_alpha = 0.1;
    EXPECT_GT(
        test::valueOf(TinyWorld::run(spec).all<ProgressEvent>().back().metrics, "balance_loss"),
        0.09);
}

}  // namespace
}  // namespace hearth::finetune
