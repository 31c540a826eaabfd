#include "finetune/methods/training_speed.h"

#include <gtest/gtest.h>

#include "engine/cpu/cpu_backend.h"
#include "finetune/optim/adamw.h"
#include "finetune/optim/gradient_clip.h"
#include "tests/finetune/model/tiny_model.h"

namespace hearth::finetune {
namespace {

class TrainingSpeedTest : public ::testing::Test {
protected:
    std::unique_ptr<TrainableModel> model(TrainedPart part) {
        return createTrainableModel(*m_backend, m_config, {.part = part, .lora = {.r = 2}})
            .valueOrThrow();
    }
    std::string refusal(const TrainingSpeedOptions& options) {
        const auto trained = model(TrainedPart::Full);
        const auto result = measureTrainingSpeed(*trained, options);
        return result ? "" : result.error().message;
    }

    std::unique_ptr<engine::Backend> m_backend = engine::createCpuBackend({.threads = 1});
    engine::ModelConfig m_config = test::tinyConfig();
    TrainingSpeedOptions m_options{.batch_tokens = 40,
                                   .sequence = 12,
                                   .warmup = 1,
                                   .steps = 3,
                                   .learning_rate = 1e-2,
                                   .seed = 5};
};

TEST_F(TrainingSpeedTest, CountsWholeSequencesAndEveryStep) {
    const auto trained = model(TrainedPart::Lora);
    const TrainingSpeed speed = measureTrainingSpeed(*trained, m_options).valueOrThrow();
    EXPECT_EQ(speed.step_tokens, 36) << "three sequences of 12";
    ASSERT_EQ(speed.step_seconds.size(), 4u);
    EXPECT_EQ(speed.losses.size(), 4u);
    EXPECT_EQ(speed.trainable_parameters, trained->trained().size());
    EXPECT_GT(speed.total_parameters, speed.trainable_parameters);
    const auto [least, most] =
        std::minmax_element(speed.step_seconds.begin() + 1, speed.step_seconds.end());
    EXPECT_GE(speed.seconds_per_step, *least);
    EXPECT_LE(speed.seconds_per_step, *most);
    EXPECT_DOUBLE_EQ(speed.tokens_per_second, 36 / speed.seconds_per_step);
    EXPECT_GT(speed.peak_bytes, speed.activation_bytes);
}

// Another program can be given the same steps: the documented tokens, AdamW at one rate.
TEST_F(TrainingSpeedTest, TrainsAsDocumented) {
    const auto measured = model(TrainedPart::Full);
    const TrainingSpeed speed = measureTrainingSpeed(*measured, m_options).valueOrThrow();

    const auto own = model(TrainedPart::Full);
    AdamW optimiser(own->threadPool(), own->trained(), {.weight_decay = 0.0});
    PackedBatch batch;
    for (const TokenizedExample& example : randomTokens(m_options, m_config.vocab_size).examples)
        batch.append(example.ids, example.labels);
    for (size_t step = 0; step < speed.losses.size(); ++step) {
        own->zeroGradients();
        const double loss = own->accumulate(batch).meanLoss();
        // The job shuffles the sequences, so its sums have another order: 36 losses of about
        // log(vocabulary) in single precision, and weights that have moved apart by as little.
        EXPECT_NEAR(speed.losses[step], loss, 1e-4) << "step " << step;
        optimiser.step(m_options.learning_rate, clipScale(gradientNorm(own->trained()), 1.0));
    }
    EXPECT_LT(speed.losses.back(), speed.losses.front() - 0.01) << "nothing was learned";
}

TEST_F(TrainingSpeedTest, TakesTheTokensFromTheSeed) {
    const auto first = randomTokens(m_options, 1000).examples;
    EXPECT_EQ(first.size(), 3u);
    EXPECT_EQ(first[0].ids[1], first[0].labels[0]) << "a label is the token that follows";
    EXPECT_NE(first[0].ids, first[1].ids);
    m_options.seed = 6;
    EXPECT_NE(first[0].ids, randomTokens(m_options, 1000).examples[0].ids);
}

TEST_F(TrainingSpeedTest, RefusesWhatCannotBeMeasured) {
    EXPECT_NE(refusal({.batch_tokens = 8, .sequence = 9}).find("does not fit into a step"),
              std::string::npos);
    EXPECT_NE(refusal({.batch_tokens = 1 << 20, .sequence = 1 << 20}).find("context"),
              std::string::npos);
    EXPECT_NE(refusal({.steps = 0}).find("At least 1 step"), std::string::npos);
}

}  // namespace
}  // namespace hearth::finetune
