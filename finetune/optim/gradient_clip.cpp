#include "finetune/optim/gradient_clip.h"

#include <algorithm>
#include <cmath>

namespace hearth::finetune {

double gradientNorm(const ParameterSet& parameters) {
    constexpr size_t kBlock = 4096;
    const std::span<const float> gradients = parameters.gradients();
    double total = 0.0;
    for (size_t begin = 0; begin < gradients.size(); begin += kBlock) {
        const auto block = gradients.subspan(begin, std::min(kBlock, gradients.size() - begin));
        double lanes[8] = {};
        size_t i = 0;
        for (; i + 8 <= block.size(); i += 8)
            for (size_t lane = 0; lane < 8; ++lane)
                lanes[lane] += double(block[i + lane]) * double(block[i + lane]);
        for (; i < block.size(); ++i)
            lanes[0] += double(block[i]) * double(block[i]);
        for (double lane : lanes)
            total += lane;
    }
    return std::sqrt(total);
}

double clipScale(double norm, double maxNorm) {
    return maxNorm > 0.0 ? std::min(1.0, maxNorm / (norm + 1e-6)) : 1.0;
}

}  // namespace hearth::finetune
