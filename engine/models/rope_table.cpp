#include <algorithm>
#include <cmath>
#include <numbers>

#include "engine/models/model_config.h"

namespace hearth::engine {
namespace {

/// YaRN's magnitude correction. Source: YaRN, section 3.4, generalised by DeepSeek's mscale.
double yarnMagnitude(double factor, double mscale) {
    return factor <= 1.0 ? 1.0 : 0.1 * mscale * std::log(factor) + 1.0;
}

double attentionFactor(const RopeScaling& yarn) {
    if (yarn.attention_factor)
        return *yarn.attention_factor;
    if (yarn.mscale != 0.0 && yarn.mscale_all_dim != 0.0)
        return yarnMagnitude(yarn.factor, yarn.mscale) /
               yarnMagnitude(yarn.factor, yarn.mscale_all_dim);
    return yarnMagnitude(yarn.factor, 1.0);
}

/// Where the ramp between unscaled and interpolated frequencies begins and ends.
struct Ramp {
    double low;
    double high;
};

Ramp yarnRamp(const ModelConfig& config, const RopeScaling& yarn) {
    const double dim = double(config.ropeDim());
    const auto pairTurning = [&](double rotations) {
        return dim *
               std::log(double(yarn.original_max_position_embeddings) /
                        (rotations * 2.0 * std::numbers::pi)) /
               (2.0 * std::log(config.rope_theta));
    };
    Ramp ramp{pairTurning(yarn.beta_fast), pairTurning(yarn.beta_slow)};
    if (yarn.truncate)
        ramp = {std::floor(ramp.low), std::ceil(ramp.high)};
    ramp = {std::max(ramp.low, 0.0), std::min(ramp.high, dim - 1.0)};
    if (ramp.low == ramp.high)
        ramp.high += 0.001;  // the width is a divisor
    return ramp;
}

/// Float arithmetic in the order of the code that trained the models: one unit in the last
/// place of a frequency is an angle of 0.01 at position 100,000.
std::vector<float> inverseFrequencies(const ModelConfig& config) {
    const int64_t pairs = config.ropeDim() / 2;
    std::vector<float> out(size_t(pairs), 0.0f);
    for (int64_t j = 0; j < pairs; ++j) {
        const float exponent = float(2 * j) / float(config.ropeDim());
        const float wavelength = float(std::pow(config.rope_theta, double(exponent)));
        out[size_t(j)] = 1.0f / wavelength;
        if (!config.rope_scaling)
            continue;
        const Ramp ramp = yarnRamp(config, *config.rope_scaling);
        const float interpolated = 1.0f / (float(config.rope_scaling->factor) * wavelength);
        const float kept =
            1.0f -
            std::clamp((float(j) - float(ramp.low)) / float(ramp.high - ramp.low), 0.0f, 1.0f);
        out[size_t(j)] = interpolated * (1.0f - kept) + out[size_t(j)] * kept;
    }
    return out;
}

}  // namespace

double ModelConfig::softmaxScale() const {
    const double scale = 1.0 / std::sqrt(double(qkHeadDim()));
    if (!rope_scaling || rope_scaling->mscale_all_dim == 0.0)
        return scale;
    const double magnitude = yarnMagnitude(rope_scaling->factor, rope_scaling->mscale_all_dim);
    return scale * magnitude * magnitude;
}

RopeTable ropeTable(const ModelConfig& config, int64_t positions) {
    CORE_ASSERT(positions >= 0 && positions <= config.max_position_embeddings);
    const std::vector<float> frequencies = inverseFrequencies(config);
    const double factor = config.rope_scaling ? attentionFactor(*config.rope_scaling) : 1.0;
    RopeTable table;
    table.rows = positions;
    table.cos.reserve(size_t(positions) * frequencies.size());
    table.sin.reserve(size_t(positions) * frequencies.size());
    for (int64_t position = 0; position < positions; ++position) {
        for (const float frequency : frequencies) {
            // Rounded to float for the same reason.
            const double angle = double(float(position) * frequency);
            table.cos.push_back(float(std::cos(angle) * factor));
            table.sin.push_back(float(std::sin(angle) * factor));
        }
    }
    return table;
}

}  // namespace hearth::engine
