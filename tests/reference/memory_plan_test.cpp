// The planned memory of a training step is what the step takes, for every architecture.
#include <gtest/gtest.h>

#include <regex>

#include "engine/cpu/counting_allocator.h"
#include "engine/cpu/cpu_backend.h"
#include "finetune/model/memory_plan.h"
#include "tests/reference/trained_checkpoints.h"

namespace hearth::reference {
namespace {

using finetune::BaseStorage;
using finetune::MemoryPlan;
using finetune::TrainableOptions;
using finetune::TrainedPart;

constexpr finetune::BatchShape kShape{.tokens = 50, .sequence = 20};

/// What a step over kShape really asks for.
MemoryPlan measured(const Checkpoint& checkpoint, const TrainableOptions& options) {
    const auto memory = std::make_shared<engine::CountingAllocator>();
    const auto backend = engine::createCpuBackend({.threads = 2, .allocator = memory});
    const auto model =
        finetune::loadTrainableModel(*backend, checkpoint.config, *checkpoint.weights, options)
            .valueOrThrow();
    MemoryPlan plan{.gradients = int64_t(model->trained().gradients().size_bytes()),
                    .loading = memory->peak()};
    plan.weights = memory->live() - plan.gradients;
    finetune::PackedBatch batch;
    for (const int64_t length : {20, 20, 10}) {
        std::vector<int32_t> ids;
        for (int64_t t = 0; t < length; ++t)
            ids.push_back(int32_t((t * t + length) % checkpoint.config.vocab_size));
        batch.append(ids, ids);
    }
    memory->resetPeak();
    model->accumulate(batch);
    plan.activations = memory->peak() - plan.weights - plan.gradients;
    return plan;
}

class MemoryPlanTest : public testing::TestWithParam<std::string> {};

TEST_P(MemoryPlanTest, IsWhatAStepTakes) {
    const Checkpoint checkpoint = open(GetParam());
    TrainableOptions lora{.part = TrainedPart::Lora, .lora = {.r = 4}};
    TrainableOptions dora = lora, checkpointing = lora, stored = lora;
    dora.lora.dora = true;
    checkpointing.gradient_checkpointing = true;
    stored.base = BaseStorage::Source;
    TrainableOptions bf16 = lora;
    bf16.operands = engine::DType::BF16;
    for (const TrainableOptions& options :
         {TrainableOptions{}, TrainableOptions{.gradient_checkpointing = true}, lora, dora,
          checkpointing, stored, bf16, TrainableOptions{.operands = engine::DType::BF16}}) {
        const MemoryPlan plan =
            finetune::planMemory(checkpoint.config, checkpoint.weights.get(), options, kShape, 2)
                .valueOrThrow();
        const MemoryPlan real = measured(checkpoint, options);
        EXPECT_EQ(plan.weights, real.weights);
        EXPECT_EQ(plan.gradients, real.gradients);
        EXPECT_EQ(plan.optimizer, 2 * real.gradients);
        EXPECT_EQ(plan.activations, real.activations);
        EXPECT_EQ(plan.loading, real.loading);
    }
}

TEST_P(MemoryPlanTest, GradientCheckpointingTakesLess) {
    const Checkpoint checkpoint = open(GetParam());
    const auto activations = [&](bool checkpointing) {
        return finetune::planMemory(checkpoint.config, checkpoint.weights.get(),
                                    {.gradient_checkpointing = checkpointing}, kShape, 2)
            .valueOrThrow()
            .activations;
    };
    EXPECT_LT(activations(true), activations(false));
}

INSTANTIATE_TEST_SUITE_P(Families, MemoryPlanTest, testing::ValuesIn(checkpointNames()),
                         [](const auto& info) {
                             return std::regex_replace(info.param, std::regex("\\W"), "_");
                         });

}  // namespace
}  // namespace hearth::reference
