// AdamW with decoupled weight decay, step by step as torch.optim.AdamW does it.
#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "engine/cpu/thread_pool.h"
#include "finetune/model/parameter_set.h"

namespace hearth::finetune {

struct AdamWOptions {
    double beta1 = 0.9;
    double beta2 = 0.999;
    double epsilon = 1e-8;
    double weight_decay = 0.01;
    /// False: norms and other vectors are not decayed (torch decays all it is given).
    bool decay_vectors = true;
    /// LoRA+: learning rate of the lora_B matrices over that of the others.
    double b_rate_ratio = 1.0;
};

/// p *= 1 - lr * weight_decay; then p -= lr * mhat / (sqrt(vhat) + epsilon).
/// REQUIRES: the pool and the parameter set, which has gradients, outlive the optimiser.
class AdamW {
public:
    AdamW(engine::ThreadPool& pool, ParameterSet& parameters, const AdamWOptions& options);

    /// One update with the gradients of the set times gradientScale.
    void step(double learningRate, double gradientScale = 1.0);

    int64_t steps() const { return m_steps; }
    /// For resuming, with the state that forEachState restored.
    void setSteps(int64_t steps) { m_steps = steps; }
    /// First and second moments as "adamw.m.<name>", "adamw.v.<name>"; writable.
    void forEachState(const std::function<void(const std::string&, std::span<float>)>& visit);

private:
    engine::ThreadPool& m_pool;
    ParameterSet& m_parameters;
    AdamWOptions m_options;
    std::vector<float> m_first;
    std::vector<float> m_second;
    int64_t m_steps = 0;
};

}  // namespace hearth::finetune
