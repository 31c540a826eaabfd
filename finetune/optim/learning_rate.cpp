#include "finetune/optim/learning_rate.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace hearth::finetune {

double LearningRateSchedule::at(int64_t step) const {
    if (step < warmup_steps)
        return peak * double(step + 1) / double(warmup_steps);
    const int64_t decaySteps = std::max<int64_t>(total_steps - warmup_steps, 1);
    const double done = std::min(double(step - warmup_steps) / double(decaySteps), 1.0);
    const double floor = peak * min_ratio;
    switch (decay) {
        case DecayShape::Constant:
            return peak;
        case DecayShape::Linear:
            return peak + (floor - peak) * done;
        case DecayShape::Cosine:
            return floor + (peak - floor) * 0.5 * (1.0 + std::cos(std::numbers::pi * done));
    }
    return peak;
}

}  // namespace hearth::finetune
