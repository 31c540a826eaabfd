#include "finetune/optim/adamw.h"

#include <gtest/gtest.h>

#include <cmath>

#include "engine/cpu/cpu_backend.h"
#include "finetune/optim/gradient_clip.h"

namespace hearth::finetune {
namespace {

class AdamWTest : public testing::Test {
protected:
    AdamWTest() {
        parameters.add("matrix", {2, 3});
        parameters.add("vector", {4});
        parameters.allocate(*backend, true);
        for (size_t i = 0; i < 10; ++i)
            parameters.values()[i] = float(i) - 4.5f;
    }

    void setGradients(double step) {
        for (size_t i = 0; i < 10; ++i)
            parameters.gradients()[i] = float(std::sin(double(i) * 1.7 + step));
    }

    engine::ThreadPool pool{2};
    std::unique_ptr<engine::Backend> backend = engine::createCpuBackend({.threads = 1});
    ParameterSet parameters;
};

TEST_F(AdamWTest, FollowsItsFormulaInDouble) {
    constexpr double kRate = 0.01, kDecay = 0.1, kBeta1 = 0.8, kBeta2 = 0.95, kEpsilon = 1e-6;
    AdamW optimiser(
        pool, parameters,
        {.beta1 = kBeta1, .beta2 = kBeta2, .epsilon = kEpsilon, .weight_decay = kDecay});
    std::vector<double> p(parameters.values().begin(), parameters.values().end()), m(10), v(10);
    for (int t = 1; t <= 5; ++t) {
        setGradients(t);
        optimiser.step(kRate, 0.5);
        for (size_t i = 0; i < p.size(); ++i) {
            const double g = 0.5 * double(parameters.gradients()[i]);
            m[i] = kBeta1 * m[i] + (1 - kBeta1) * g;
            v[i] = kBeta2 * v[i] + (1 - kBeta2) * g * g;
            const double mHat = m[i] / (1 - std::pow(kBeta1, t));
            const double vHat = v[i] / (1 - std::pow(kBeta2, t));
            p[i] = p[i] * (1 - kRate * kDecay) - kRate * mHat / (std::sqrt(vHat) + kEpsilon);
            EXPECT_NEAR(parameters.values()[i], p[i], 2e-6) << "step " << t << " entry " << i;
        }
    }
    EXPECT_EQ(optimiser.steps(), 5);
}

TEST_F(AdamWTest, SparesVectorsFromDecayOnRequest) {
    AdamW optimiser(pool, parameters, {.weight_decay = 0.5, .decay_vectors = false});
    const std::vector<float> before(parameters.values().begin(), parameters.values().end());
    optimiser.step(0.1);  // gradients are zero: only the decay acts
    for (size_t i = 0; i < 6; ++i)
        EXPECT_FLOAT_EQ(parameters.values()[i], before[i] * 0.95f);
    for (size_t i = 6; i < 10; ++i)
        EXPECT_EQ(parameters.values()[i], before[i]);
}

TEST(AdamWLoraPlusTest, MovesBByItsOwnRate) {
    engine::ThreadPool pool{1};
    const auto backend = engine::createCpuBackend({.threads = 1});
    const auto moved = [&](double rate, double ratio) {
        ParameterSet parameters;
        parameters.add("module.lora_A.weight", {1, 4});
        parameters.add("module.lora_B.weight", {4, 1});
        parameters.allocate(*backend, true);
        for (size_t i = 0; i < 8; ++i) {
            parameters.values()[i] = 1.0f;
            parameters.gradients()[i] = float(i) - 3.5f;
        }
        AdamW optimiser(pool, parameters, {.weight_decay = 0.1, .b_rate_ratio = ratio});
        optimiser.step(rate);
        optimiser.step(rate);
        return std::vector<float>(parameters.values().begin(), parameters.values().end());
    };
    const auto together = moved(0.01, 16.0), slow = moved(0.01, 1.0), fast = moved(0.16, 1.0);
    for (size_t i = 0; i < 4; ++i) {
        EXPECT_EQ(together[i], slow[i]);
        EXPECT_EQ(together[4 + i], fast[4 + i]);
    }
}

TEST_F(AdamWTest, NormCoversAllGradientsAndClippingScalesDown) {
    double squares = 0.0;
    setGradients(0.0);
    for (float g : parameters.gradients())
        squares += double(g) * double(g);
    const double norm = gradientNorm(parameters);
    EXPECT_NEAR(norm, std::sqrt(squares), 1e-12);
    EXPECT_NEAR(clipScale(norm, norm / 2.0), 0.5, 1e-6);
    EXPECT_EQ(clipScale(norm, norm * 2.0), 1.0);
    EXPECT_EQ(clipScale(norm, 0.0), 1.0);
}

}  // namespace
}  // namespace hearth::finetune
