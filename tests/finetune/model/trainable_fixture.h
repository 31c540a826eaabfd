// What tests of the trainable model share.
#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/cpu/cpu_backend.h"
#include "tests/finetune/model/tiny_model.h"

namespace hearth::test {

class TrainableModelTest : public testing::Test {
protected:
    std::unique_ptr<engine::Backend> backend = engine::createCpuBackend({.threads = 2});
};

/// What accumulate() differentiates.
inline double totalLoss(finetune::TrainableModel& model, const finetune::PackedBatch& batch) {
    const finetune::LossSums sums = model.evaluate(batch);
    const double labels = double(batch.labelCount());
    const double lambda =
        model.options().part == finetune::TrainedPart::MtpOnly ? 1.0 : model.options().mtp_lambda;
    const double trunk = model.options().part == finetune::TrainedPart::MtpOnly ? 0.0 : sums.loss;
    return (trunk + lambda * sums.mtp_loss) / labels;
}

/// Every token goes to every expert: a choice that flips within the step of a finite difference
/// would make the loss jump.
inline engine::ModelConfig smoothConfig() {
    engine::ModelConfig config = tinyConfig();
    config.n_group = config.topk_group = 1;
    config.num_experts_per_tok = config.n_routed_experts;
    return config;
}

}  // namespace hearth::test
