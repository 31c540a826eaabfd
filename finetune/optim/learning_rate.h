// Learning rate by step.
#pragma once
#include <cstdint>

namespace hearth::finetune {

enum class DecayShape { Constant, Linear, Cosine };

/// Rises linearly over warmup_steps, then falls to peak * min_ratio at total_steps.
struct LearningRateSchedule {
    double peak = 1e-3;
    DecayShape decay = DecayShape::Cosine;
    int64_t warmup_steps = 0;
    int64_t total_steps = 1;
    double min_ratio = 0.1;

    /// Rate of the update number `step`, counted from 0.
    double at(int64_t step) const;
};

}  // namespace hearth::finetune
