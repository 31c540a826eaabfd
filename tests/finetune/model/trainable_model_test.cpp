#include "finetune/model/trainable_model.h"

#include <cmath>
#include <map>

#include "finetune/optim/adamw.h"
#include "tests/finetune/model/trainable_fixture.h"

namespace hearth::test {
namespace {

using finetune::ExpertUse;
using finetune::LossSums;
using finetune::TrainableModel;
using finetune::TrainableOptions;
using finetune::TrainedPart;

TEST_F(TrainableModelTest, SegmentsDoNotSeeEachOther) {
    const auto model = tinyModel(*backend, {.initializer_range = kLargeInit});
    const finetune::PackedBatch both = tinyBatch({7, 11});
    finetune::PackedBatch second;
    second.append({both.ids.begin() + 7, both.ids.end()},
                  {both.labels.begin() + 7, both.labels.end()});
    const std::vector<float> packed = model->logits(both), alone = model->logits(second);
    const size_t skipped = size_t(7 * tinyConfig().vocab_size);
    EXPECT_EQ(std::vector<float>(packed.begin() + int64_t(skipped), packed.end()), alone);
}

TEST_F(TrainableModelTest, EvaluationCountsLabelsAndHits) {
    const auto model = tinyModel(*backend, {.initializer_range = kLargeInit});
    const auto odd = [](int64_t i) { return i % 2 == 1; };
    const finetune::PackedBatch batch = tinyBatch({10, 5}, 1, odd);
    const LossSums sums = model->evaluate(batch);
    EXPECT_EQ(sums.labels, 7);
    EXPECT_EQ(sums.labels, batch.labelCount());

    const std::vector<float> logits = model->logits(batch);
    const int64_t vocab = tinyConfig().vocab_size;
    double loss = 0.0;
    int64_t correct = 0;
    for (int64_t t = 0; t < batch.tokens(); ++t) {
        const int32_t label = batch.labels[size_t(t)];
        if (label == finetune::kIgnoredLabel)
            continue;
        const float* row = logits.data() + t * vocab;
        double sum = 0.0;
        for (int64_t v = 0; v < vocab; ++v)
            sum += std::exp(double(row[v]));
        loss += std::log(sum) - double(row[label]);
        correct += std::max_element(row, row + vocab) - row == label;
    }
    EXPECT_NEAR(sums.loss, loss, 1e-4);
    EXPECT_EQ(sums.correct, correct);
}

/// Gradients and loss after three optimiser steps.
std::vector<float> trainedBits(int threads, const TrainableOptions& options) {
    const auto backend = engine::createCpuBackend({.threads = threads});
    const auto model = tinyModel(*backend, options);
    finetune::AdamW optimiser(model->threadPool(), model->trained(), {});
    for (uint64_t step = 0; step < 3; ++step) {
        model->zeroGradients();
        model->accumulate(tinyBatch({40, 23, 3}, step));
        optimiser.step(1e-2);
        model->balanceExperts(0.01);
    }
    std::vector<float> bits;
    for (const auto& tensor : stateOf(*model))
        bits.insert(bits.end(), tensor.values.begin(), tensor.values.end());
    return bits;
}

TEST_F(TrainableModelTest, BitsDoNotDependOnTheNumberOfThreads) {
    const TrainableOptions options{.seed = 7, .mtp_lambda = 0.3};
    const std::vector<float> one = trainedBits(1, options);
    EXPECT_EQ(one, trainedBits(3, options));
    EXPECT_NE(one, trainedBits(1, {.seed = 8, .mtp_lambda = 0.3}));
}

TEST_F(TrainableModelTest, TrainingLowersTheLoss) {
    for (const TrainedPart part : {TrainedPart::Full, TrainedPart::Lora}) {
        const auto model =
            tinyModel(*backend, {.part = part, .lora = {.r = 8}, .initializer_range = kLargeInit});
        finetune::AdamW optimiser(model->threadPool(), model->trained(), {});
        const finetune::PackedBatch batch = tinyBatch({20, 20});
        const double before = model->evaluate(batch).meanLoss();
        for (int step = 0; step < 40; ++step) {
            model->zeroGradients();
            model->accumulate(batch);
            optimiser.step(1e-2);
        }
        EXPECT_LT(model->evaluate(batch).meanLoss(), 0.3 * before);
    }
}

/// One step's gradients and what else it reports.
struct StepOutcome {
    LossSums sums;
    std::vector<float> gradients;
    std::vector<ExpertUse> use;
};

StepOutcome stepOf(engine::Backend& backend, TrainableOptions options, bool checkpointing) {
    options.initializer_range = kLargeInit;
    options.gradient_checkpointing = checkpointing;
    const auto model = tinyModel(backend, options);
    model->zeroGradients();
    StepOutcome outcome;
    outcome.sums = model->accumulate(tinyBatch({20, 30}));
    outcome.gradients.assign(model->trained().gradients().begin(),
                             model->trained().gradients().end());
    outcome.use = model->expertUse();
    return outcome;
}

TEST_F(TrainableModelTest, GradientCheckpointingHasTheSameBits) {
    TrainableOptions lora{.part = TrainedPart::Lora};
    TrainableOptions dora = lora;
    dora.lora.dora = true;
    for (const TrainableOptions& options :
         {TrainableOptions{}, TrainableOptions{.balance_alpha = 0.1, .mtp_lambda = 0.3}, lora,
          dora}) {
        const StepOutcome kept = stepOf(*backend, options, false);
        const StepOutcome again = stepOf(*backend, options, true);
        EXPECT_EQ(kept.gradients, again.gradients);
        EXPECT_EQ(kept.sums.loss, again.sums.loss);
        EXPECT_EQ(kept.sums.balance_loss, again.sums.balance_loss);
        ASSERT_EQ(kept.use.size(), again.use.size());
        for (size_t i = 0; i < kept.use.size(); ++i) {
            EXPECT_EQ(kept.use[i].loads, again.use[i].loads);
            EXPECT_EQ(kept.use[i].entropy, again.use[i].entropy);
        }
    }
}

TEST_F(TrainableModelTest, StateRestoresARunExactly) {
    const TrainableOptions options{.initializer_range = kLargeInit, .mtp_lambda = 0.3};
    const auto first = tinyModel(*backend, options);
    finetune::AdamW firstOptimiser(first->threadPool(), first->trained(), {});
    const auto advance = [](TrainableModel& model, finetune::AdamW& optimiser, uint64_t seed) {
        model.zeroGradients();
        model.accumulate(tinyBatch({25}, seed));
        optimiser.step(1e-2);
        model.balanceExperts(0.01);
    };
    advance(*first, firstOptimiser, 1);

    TrainableOptions otherSeed = options;
    otherSeed.seed = 99;
    const auto second = tinyModel(*backend, otherSeed);
    finetune::AdamW secondOptimiser(second->threadPool(), second->trained(), {});
    std::map<std::string, std::vector<float>> saved;
    const auto save = [&](const std::string& name, std::span<float> values) {
        saved[name] = {values.begin(), values.end()};
    };
    const auto restore = [&](const std::string& name, std::span<float> values) {
        std::ranges::copy(saved.at(name), values.begin());
    };
    first->forEachState(save);
    firstOptimiser.forEachState(save);
    second->forEachState(restore);
    secondOptimiser.forEachState(restore);
    secondOptimiser.setSteps(firstOptimiser.steps());

    advance(*first, firstOptimiser, 2);
    advance(*second, secondOptimiser, 2);
    const auto a = stateOf(*first), b = stateOf(*second);
    ASSERT_EQ(a.size(), b.size());
    for (size_t i = 0; i < a.size(); ++i)
        EXPECT_EQ(a[i].values, b[i].values) << a[i].name;
}

/// Decay would shrink what no gradient moves.
TEST_F(TrainableModelTest, MtpLayersAreTrainedWithTheirLossOnly) {
    for (const double lambda : {0.0, 0.3}) {
        const auto model = tinyModel(*backend, {.mtp_lambda = lambda});
        const auto& entries = model->trained().entries();
        const bool trained = std::ranges::any_of(entries, [](const finetune::Parameter& parameter) {
            return parameter.name.starts_with("model.layers.3.");
        });
        EXPECT_EQ(trained, lambda > 0.0);
        EXPECT_EQ(model->parameterCount(), tinyModel(*backend, {})->parameterCount());
    }
}

TEST_F(TrainableModelTest, RefusesWhatItCannotTrain) {
    engine::ModelConfig config = tinyConfig();
    config.num_nextn_predict_layers = 0;
    const auto noMtp = finetune::createTrainableModel(*backend, config, {.mtp_lambda = 0.1});
    ASSERT_FALSE(noMtp.ok());
    EXPECT_EQ(noMtp.error().code, core::ErrorCode::Unsupported);

    const auto unknown = finetune::createTrainableModel(
        *backend, config, {.part = TrainedPart::Lora, .lora = {.targets = {"c_attn"}}});
    ASSERT_FALSE(unknown.ok());
    EXPECT_EQ(unknown.error().context, "c_attn");

    const auto rank = finetune::createTrainableModel(*backend, config,
                                                     {.part = TrainedPart::Lora, .lora = {.r = 0}});
    EXPECT_FALSE(rank.ok());
}

}  // namespace
}  // namespace hearth::test
