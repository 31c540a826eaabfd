#include "finetune/model/trainable_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

#include "engine/cpu/cpu_backend.h"
#include "finetune/model/counter_random.h"
#include "finetune/optim/adamw.h"
#include "finetune/optim/gradient_clip.h"
#include "tests/finetune/model/tiny_model.h"

namespace hearth::test {
namespace {

using finetune::ExpertUse;
using finetune::LossSums;
using finetune::TrainableModel;
using finetune::TrainableOptions;
using finetune::TrainedPart;

// Large weights: with the usual 0.02 most gradients would drown in float32's rounding.
constexpr double kLargeInit = 0.15;

class TrainableModelTest : public testing::Test {
protected:
    std::unique_ptr<engine::Backend> backend = engine::createCpuBackend({.threads = 2});
};

double totalLoss(TrainableModel& model, const finetune::PackedBatch& batch) {
    const LossSums sums = model.evaluate(batch);
    const double labels = double(batch.labelCount());
    const double lambda =
        model.options().part == TrainedPart::MtpOnly ? 1.0 : model.options().mtp_lambda;
    const double trunk = model.options().part == TrainedPart::MtpOnly ? 0.0 : sums.loss;
    return (trunk + lambda * sums.mtp_loss) / labels;
}

/// Every token goes to every expert: a choice that flips within the step of a finite difference
/// would make the loss jump.
engine::ModelConfig smoothConfig() {
    engine::ModelConfig config = tinyConfig();
    config.n_group = config.topk_group = 1;
    config.num_experts_per_tok = config.n_routed_experts;
    return config;
}

/// Moves all trained parameters along their own gradient: the loss then changes by the squared
/// norm, which is as large as any derivative along a direction of that length.
void expectDerivativeAlongGradient(TrainableModel& model, const finetune::PackedBatch& batch) {
    model.zeroGradients();
    model.accumulate(batch);
    const double norm = finetune::gradientNorm(model.trained());
    ASSERT_GT(norm, 1e-3);
    const std::vector<float> gradient(model.trained().gradients().begin(),
                                      model.trained().gradients().end());
    const auto values = model.trained().values();
    const std::vector<float> original(values.begin(), values.end());
    const auto lossAt = [&](double step) {
        for (size_t i = 0; i < values.size(); ++i)
            values[i] = float(double(original[i]) + step * double(gradient[i]) / norm);
        return totalLoss(model, batch);
    };
    constexpr double kStep = 2e-3;
    const double expected = (lossAt(kStep) - lossAt(-kStep)) / (2.0 * kStep);
    std::ranges::copy(original, values.begin());
    EXPECT_NEAR(norm / expected, 1.0, 5e-3);
}

class WholeGradientTest : public TrainableModelTest {
protected:
    std::unique_ptr<TrainableModel> create(const engine::ModelConfig& config,
                                           TrainableOptions options = {}) {
        options.initializer_range = kLargeInit;
        return finetune::createTrainableModel(*backend, config, options).valueOrThrow();
    }
};

TEST_F(WholeGradientTest, WithMtpMatchesFiniteDifferences) {
    const auto model = create(smoothConfig(), {.mtp_lambda = 2.0});
    expectDerivativeAlongGradient(*model, tinyBatch({9, 14}));
}

TEST_F(WholeGradientTest, OfMtpOnlyMatchesFiniteDifferences) {
    const auto model = create(smoothConfig(), {.part = TrainedPart::MtpOnly});
    for (const finetune::Parameter& parameter : model->trained().entries())
        EXPECT_THAT(parameter.name, testing::StartsWith("model.layers.3."));
    expectDerivativeAlongGradient(*model, tinyBatch({9, 14}));
}

TEST_F(WholeGradientTest, OfATiedEmbeddingSumsBothUses) {
    engine::ModelConfig config = smoothConfig();
    config.tie_word_embeddings = true;
    const auto model = create(config);
    EXPECT_EQ(model->trained().find("lm_head.weight"), nullptr);
    expectDerivativeAlongGradient(*model, tinyBatch({12}));
}

TEST_F(WholeGradientTest, OfAFullRankQueryMatchesFiniteDifferences) {
    engine::ModelConfig config = smoothConfig();
    config.q_lora_rank = 0;
    expectDerivativeAlongGradient(*create(config), tinyBatch({12}));
}

TEST_F(WholeGradientTest, WithSoftmaxRoutingMatchesFiniteDifferences) {
    engine::ModelConfig config = smoothConfig();
    config.scoring_func = engine::RouterScoring::Softmax;
    config.norm_topk_prob = false;
    expectDerivativeAlongGradient(*create(config), tinyBatch({12}));
}

TEST_F(WholeGradientTest, OfRoutersOfBiasedExpertsMatchesFiniteDifferences) {
    engine::ModelConfig config = smoothConfig();
    config.expert_bias = config.router_bias = true;
    const auto model = create(config);
    auto& trained = model->trained();
    // Zero at first. With these, most of the routers' gradients comes from the biases.
    float number = 0.0f;
    for (const finetune::Parameter& parameter : trained.entries())
        if (parameter.name.ends_with("down_proj.bias"))
            for (float& bias : trained.values(parameter))
                bias = 2.0f * std::sin(number += 1.0f);
    const auto batch = tinyBatch({12});
    model->zeroGradients();
    model->accumulate(batch);
    const finetune::Parameter& gate = *trained.find("model.layers.1.mlp.gate.weight");
    const auto values = trained.values(gate);
    const std::vector<float> original(values.begin(), values.end());
    std::vector<double> direction;
    double expected = 0.0;
    for (const float gradient : trained.gradients(gate)) {
        direction.push_back(std::cos(double(direction.size())));
        expected += direction.back() * double(gradient);
    }
    const auto lossAt = [&](double step) {
        for (size_t i = 0; i < values.size(); ++i)
            values[i] = float(double(original[i]) + step * direction[i]);
        return totalLoss(*model, batch);
    };
    // 192 weights move by 1e-3 each: the loss is known to 1e-6, its slope to 1e-3.
    constexpr double kStep = 1e-3;
    EXPECT_GT(std::abs(expected), 0.1);
    EXPECT_NEAR((lossAt(kStep) - lossAt(-kStep)) / (2.0 * kStep), expected,
                2e-3 + 5e-3 * std::abs(expected));
}

TEST_F(TrainableModelTest, ALossOfLogProbabilitiesGivesTheGradientOfLikelihood) {
    const finetune::PackedBatch batch = tinyBatch({9, 14}, 1, [](int64_t i) { return i % 3 != 0; });
    const auto usual = tinyModel(*backend, {.initializer_range = kLargeInit});
    const LossSums expected = usual->accumulate(batch);
    const auto model = tinyModel(*backend, {.initializer_range = kLargeInit});
    const auto outside = model->logProbabilities(batch);
    const auto labels = size_t(batch.labelCount());
    ASSERT_EQ(outside.size(), labels);
    EXPECT_NEAR(-std::accumulate(outside.begin(), outside.end(), 0.0), expected.loss, 1e-9);
    const LossSums sums = model->accumulateLoss(batch, [&](std::span<const double> inside) {
        EXPECT_EQ(std::vector<double>(inside.begin(), inside.end()), outside);
        return std::vector<float>(labels, float(-1.0 / double(labels)));
    });
    EXPECT_EQ(sums.loss, expected.loss);
    EXPECT_EQ(sums.correct, expected.correct);
    // The same operations with the same numbers.
    EXPECT_TRUE(std::ranges::equal(model->trained().gradients(), usual->trained().gradients()));
    EXPECT_EQ(model->expertUse(), usual->expertUse());
}

TEST_F(TrainableModelTest, ALossOfLogProbabilitiesTakesTheBalanceLossAlong) {
    const finetune::PackedBatch batch = tinyBatch({9, 14}, 1, [](int64_t i) { return i % 3 != 0; });
    const TrainableOptions options{.initializer_range = kLargeInit, .balance_alpha = 0.5};
    const auto usual = tinyModel(*backend, options), model = tinyModel(*backend, options);
    const LossSums expected = usual->accumulate(batch);
    ASSERT_GT(expected.balance_loss, 0.0);
    const auto labels = size_t(batch.labelCount());
    const LossSums sums = model->accumulateLoss(batch, [&](std::span<const double>) {
        return std::vector<float>(labels, float(-1.0 / double(labels)));
    });
    EXPECT_DOUBLE_EQ(sums.balance_loss, expected.balance_loss);
    EXPECT_TRUE(std::ranges::equal(model->trained().gradients(), usual->trained().gradients()));

    // Of a quarter of a window: a quarter of the gradient, and the same loss.
    const auto none = [&](std::span<const double>) { return std::vector<float>(labels, 0.0f); };
    model->zeroGradients();
    EXPECT_DOUBLE_EQ(model->accumulateLoss(batch, none, 0.25).balance_loss, sums.balance_loss);
    const auto values = model->trained().gradients();
    const std::vector<float> quarter(values.begin(), values.end());
    model->zeroGradients();
    model->accumulateLoss(batch, none);
    for (size_t i = 0; i < quarter.size(); ++i)
        ASSERT_NEAR(4.0 * quarter[i], values[i], 1e-6 + 1e-5 * std::abs(values[i]));
}

TEST_F(TrainableModelTest, TheBasesPolicyIsThatOfTheModelWithoutItsAdapter) {
    const finetune::PackedBatch batch = tinyBatch({12});
    const TrainableOptions lora{
        .part = TrainedPart::Lora, .lora = {.r = 4}, .initializer_range = kLargeInit};
    const auto base = tinyModel(*backend, {.initializer_range = kLargeInit});
    const auto model = tinyModel(*backend, lora);
    for (float& value : model->trained().values())
        value += 0.05f;
    EXPECT_EQ(model->logProbabilities(batch, finetune::Policy::Base),
              base->logProbabilities(batch));
    EXPECT_NE(model->logProbabilities(batch), base->logProbabilities(batch));
}

TEST_F(TrainableModelTest, DoraBeginsAsTheBaseAndLearns) {
    const finetune::PackedBatch batch = tinyBatch({20, 20});
    const auto base = tinyModel(*backend, {.initializer_range = kLargeInit});
    const auto model = tinyModel(*backend, {.part = TrainedPart::Lora,
                                            .lora = {.r = 8, .dora = true},
                                            .initializer_range = kLargeInit});
    EXPECT_EQ(model->logits(batch), base->logits(batch));
    const double before = model->evaluate(batch).meanLoss();
    finetune::AdamW optimiser(model->threadPool(), model->trained(), {});
    for (int step = 0; step < 40; ++step) {
        model->zeroGradients();
        model->accumulate(batch);
        optimiser.step(1e-2);
    }
    EXPECT_LT(model->evaluate(batch).meanLoss(), 0.3 * before);
    const auto config = nlohmann::json::parse(model->adapterConfig("base"));
    EXPECT_EQ(config["use_dora"], true);
    EXPECT_EQ(config["use_rslora"], false);
    size_t magnitudes = 0;
    for (const finetune::NamedTensor& tensor : model->exportAdapter())
        magnitudes += tensor.name.ends_with(".lora_magnitude_vector") && tensor.shape.size() == 1;
    EXPECT_EQ(3 * magnitudes, model->exportAdapter().size());
}

/// The magnitudes' gradient is exact; that of A and B holds the norm constant (dora_test.cpp).
TEST_F(TrainableModelTest, DoraMagnitudesMatchFiniteDifferences) {
    const auto model = finetune::createTrainableModel(*backend, smoothConfig(),
                                                      {.part = TrainedPart::Lora,
                                                       .lora = {.r = 3, .dora = true},
                                                       .initializer_range = kLargeInit})
                           .valueOrThrow();
    uint64_t counter = 0;
    const finetune::CounterRandom random(5, "dora");
    for (float& value : model->trained().values())
        value += float(0.05 * random.normal(counter++));
    const finetune::PackedBatch batch = tinyBatch({9, 14});
    model->accumulate(batch);
    double norm = 0.0;
    std::vector<std::pair<float*, float>> magnitudes;  // with their gradients
    for (const finetune::Parameter& parameter : model->trained().entries()) {
        if (!parameter.name.ends_with("magnitude_vector"))
            continue;
        const auto values = model->trained().values(parameter);
        const auto gradients = model->trained().gradients(parameter);
        for (size_t i = 0; i < values.size(); ++i) {
            magnitudes.emplace_back(&values[i], gradients[i]);
            norm += double(gradients[i]) * double(gradients[i]);
        }
    }
    norm = std::sqrt(norm);
    ASSERT_GT(norm, 1e-2);
    const auto lossMoved = [&](double step) {
        std::vector<float> original;
        for (const auto& [value, gradient] : magnitudes) {
            original.push_back(*value);
            *value = float(double(*value) + step * double(gradient) / norm);
        }
        const double loss = totalLoss(*model, batch);
        for (size_t i = 0; i < original.size(); ++i)
            *magnitudes[i].first = original[i];
        return loss;
    };
    constexpr double kStep = 2e-3;
    EXPECT_NEAR(norm / ((lossMoved(kStep) - lossMoved(-kStep)) / (2.0 * kStep)), 1.0, 5e-3);
}

TEST_F(TrainableModelTest, RsLoraDividesByTheRootOfTheRank) {
    const auto scaleOf = [](bool rslora) {
        return finetune::LoraOptions{.r = 16, .alpha = 32.0, .rslora = rslora}.scale();
    };
    EXPECT_DOUBLE_EQ(scaleOf(false), 2.0);
    EXPECT_DOUBLE_EQ(scaleOf(true), 8.0);
    // Rank 16 with alpha 8 by its root is rank 16 with alpha 32.
    const auto changed = [&](const finetune::LoraOptions& lora) {
        const auto model = tinyModel(
            *backend, {.part = TrainedPart::Lora, .lora = lora, .initializer_range = kLargeInit});
        for (float& value : model->trained().values())
            value += 0.02f;
        return model->logits(tinyBatch({12}));
    };
    EXPECT_EQ(changed({.r = 16, .alpha = 8.0, .rslora = true}), changed({.r = 16, .alpha = 32.0}));
}

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

TEST_F(TrainableModelTest, CorrectionBiasMovesAgainstTheLoad) {
    const auto model = tinyModel(*backend, {.initializer_range = kLargeInit});
    const finetune::PackedBatch batch = tinyBatch({30});
    model->accumulate(batch);
    const std::vector<ExpertUse> layers = model->expertUse();
    ASSERT_EQ(layers.size(), 2u);
    model->balanceExperts(0.5);
    for (const ExpertUse& use : layers) {
        const std::vector<int64_t>& loads = use.loads;
        const int64_t total = std::accumulate(loads.begin(), loads.end(), int64_t{0});
        EXPECT_EQ(total, batch.tokens() * tinyConfig().num_experts_per_tok);
        std::vector<float> bias;
        model->forEachState([&](const std::string& name, std::span<float> values) {
            if (name ==
                "model.layers." + std::to_string(use.layer) + ".mlp.gate.e_score_correction_bias")
                bias.assign(values.begin(), values.end());
        });
        ASSERT_EQ(bias.size(), loads.size());
        for (size_t e = 0; e < bias.size(); ++e) {
            const int64_t excess = loads[e] * int64_t(bias.size()) - total;
            EXPECT_FLOAT_EQ(bias[e], excess > 0 ? -0.5f : excess < 0 ? 0.5f : 0.0f);
        }
        // Distributions of random weights are about even.
        EXPECT_EQ(use.tokens, batch.tokens());
        EXPECT_GT(use.entropy / double(use.tokens), 0.5 * std::log(double(loads.size())));
        EXPECT_LE(use.entropy / double(use.tokens), std::log(double(loads.size())) + 1e-6);
    }
    model->zeroGradients();
    for (const ExpertUse& use : model->expertUse()) {
        EXPECT_EQ(use.loads, std::vector<int64_t>(use.loads.size(), 0));
        EXPECT_EQ(use.tokens, 0);
    }
}

TEST_F(TrainableModelTest, TheBalanceLossEvensOutTheLoads) {
    const finetune::PackedBatch batch = tinyBatch({40, 24});
    const auto loadAfter = [&](double alpha) {
        const auto model =
            tinyModel(*backend, {.initializer_range = kLargeInit, .balance_alpha = alpha});
        finetune::AdamW optimiser(model->threadPool(), model->trained(), {});
        double loss = 0.0;
        for (int step = 0; step < 30; ++step) {
            model->zeroGradients();
            loss = model->accumulate(batch).balance_loss / double(batch.labelCount());
            optimiser.step(1e-2);
        }
        // The least is about 1 for each of the two layers.
        if (alpha > 0.0) {
            EXPECT_LT(loss, alpha * 2.0 * 1.2);
        }
        int64_t busiest = 0;
        for (const ExpertUse& use : model->expertUse())
            busiest = std::max(busiest, *std::ranges::max_element(use.loads));
        return busiest;
    };
    EXPECT_LT(loadAfter(1.0), loadAfter(0.0));
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
