#include "finetune/model/memory_plan.h"

#include <algorithm>

#include "engine/cpu/counting_allocator.h"
#include "engine/cpu/cpu_backend.h"

namespace hearth::finetune {
namespace {

constexpr int64_t kMoments = 2;

/// As many sequences as fit, and what is left as another one.
PackedBatch largestBatch(const BatchShape& shape) {
    PackedBatch batch;
    for (int64_t left = shape.tokens; left > 0;) {
        const int64_t length = std::min(left, shape.sequence);
        const std::vector<int32_t> zeros(size_t(length), 0);
        batch.append(zeros, zeros);
        left -= length;
    }
    return batch;
}

/// An expert's gate and up projections in F32 on every thread (finetune/model/stored_weight.h).
int64_t scratchBytes(const engine::ModelConfig& config, const TrainableOptions& options,
                     int threads) {
    if (options.base != BaseStorage::Source || config.n_routed_experts == 0)
        return 0;
    return int64_t(threads) * 2 * config.moe_intermediate_size * config.hidden_size *
           int64_t(sizeof(float));
}

}  // namespace

int64_t MemoryPlan::peak() const {
    return std::max(loading, weights + gradients + optimizer + activations + scratch);
}

core::Result<MemoryPlan> planMemory(const engine::ModelConfig& config,
                                    const engine::WeightSource* weights,
                                    const TrainableOptions& options, const BatchShape& shape,
                                    int threads) {
    const auto memory =
        std::make_shared<engine::CountingAllocator>(std::make_shared<engine::ReservingAllocator>());
    const auto backend = engine::createCpuBackend({.allocator = memory, .dry = true});
    CORE_ASSIGN(const auto model, shapeTrainableModel(*backend, config, weights, options));
    const int64_t gradients = model->trained().size() * int64_t(sizeof(float));
    MemoryPlan plan{.weights = memory->live() - gradients,
                    .gradients = gradients,
                    .optimizer = kMoments * gradients,
                    .loading = memory->peak(),
                    .scratch = scratchBytes(config, options, threads)};
    memory->resetPeak();
    model->accumulate(largestBatch(shape));
    plan.activations = memory->peak() - plan.weights - plan.gradients;
    return plan;
}

}  // namespace hearth::finetune
