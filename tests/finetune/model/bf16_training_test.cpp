// Training with operands in BF16: near that in F32, and as reproducible.
#include <gtest/gtest.h>

#include <cmath>

#include "engine/cpu/cpu_backend.h"
#include "finetune/optim/adamw.h"
#include "tests/finetune/model/tiny_model.h"

namespace hearth::test {
namespace {

using engine::DType;
using finetune::TrainableModel;
using finetune::TrainableOptions;
using finetune::TrainedPart;

struct Made {
    std::unique_ptr<engine::Backend> backend;
    std::unique_ptr<TrainableModel> model;
};

Made make(const TrainableOptions& options, int threads = 2) {
    Made made{engine::createCpuBackend({.threads = threads}), nullptr};
    made.model = tinyModel(*made.backend, options);
    // B of an adapter is zero at first, and A then without a gradient.
    const auto values = made.model->trained().values();
    for (size_t i = 0; options.part == TrainedPart::Lora && i < values.size(); ++i)
        values[i] += 0.02f * std::sin(float(i));
    return made;
}

std::vector<float> gradients(TrainableModel& model) {
    model.zeroGradients();
    model.accumulate(tinyBatch({9, 14, 21}));
    const auto all = model.trained().gradients();
    return {all.begin(), all.end()};
}

/// |a - b| / |b|
double distance(const std::vector<float>& a, const std::vector<float>& b) {
    double difference = 0.0, size = 0.0;
    for (size_t i = 0; i < a.size(); ++i) {
        difference += std::pow(double(a[i]) - double(b[i]), 2);
        size += std::pow(double(b[i]), 2);
    }
    return std::sqrt(difference / size);
}

class Bf16TrainingTest : public testing::TestWithParam<TrainableOptions> {};

TEST_P(Bf16TrainingTest, GradientsAreNearThoseInF32) {
    TrainableOptions options = GetParam();
    options.initializer_range = 0.1;
    const auto expected = gradients(*make(options).model);
    options.operands = DType::BF16;
    const auto actual = gradients(*make(options).model);
    // A rounding is of at most 2^-9; some thirty of them lie between a weight and the loss.
    EXPECT_LT(distance(actual, expected), 0.05);
    EXPECT_GT(distance(actual, expected), 1e-5);  // it is in BF16
}

TEST_P(Bf16TrainingTest, BitsDoNotDependOnThreads) {
    TrainableOptions options = GetParam();
    options.operands = DType::BF16;
    EXPECT_EQ(gradients(*make(options, 1).model), gradients(*make(options, 3).model));
}

TEST_P(Bf16TrainingTest, TheLossFallsAsInF32) {
    const auto losses = [&](DType operands) {
        TrainableOptions options = GetParam();
        options.operands = operands;
        const Made made = make(options);
        finetune::AdamW optimiser(made.model->threadPool(), made.model->trained(), {});
        std::vector<double> all;
        for (int step = 0; step < 12; ++step) {
            made.model->zeroGradients();
            all.push_back(made.model->accumulate(tinyBatch({9, 14, 21})).meanLoss());
            optimiser.step(1e-3, 1.0);
        }
        return all;
    };
    const auto f32 = losses(DType::F32), bf16 = losses(DType::BF16);
    EXPECT_LT(f32.back(), f32.front() - 0.02);
    for (size_t i = 0; i < f32.size(); ++i)
        EXPECT_NEAR(bf16[i], f32[i], 0.01) << "step " << i;
}

TEST_P(Bf16TrainingTest, ComparesInF32OnRequest) {
    TrainableOptions options = GetParam();
    const auto batch = tinyBatch({12});
    const auto expected = make(options).model->logits(batch);
    options.operands = DType::BF16;
    const Made made = make(options);
    const auto rounded = made.model->logits(batch);
    EXPECT_NE(rounded, expected);
    made.model->setOperands(DType::F32);
    EXPECT_EQ(made.model->logits(batch), expected);
    made.model->setOperands(DType::BF16);
    EXPECT_EQ(made.model->logits(batch), rounded);
}

std::vector<TrainableOptions> parts() {
    const TrainableOptions lora{.part = TrainedPart::Lora, .lora = {.r = 4}};
    TrainableOptions dora = lora;
    dora.lora.dora = true;
    return {{}, {.mtp_lambda = 0.5}, lora, dora};
}

std::string partName(const testing::TestParamInfo<TrainableOptions>& info) {
    constexpr const char* kNames[] = {"Full", "WithMtp", "Lora", "Dora"};
    return kNames[info.index];
}

INSTANTIATE_TEST_SUITE_P(Parts, Bf16TrainingTest, testing::ValuesIn(parts()), partName);

}  // namespace
}  // namespace hearth::test
