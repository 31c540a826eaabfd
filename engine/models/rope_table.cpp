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

double yarnFactor(const RopeScaling& yarn) {
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

float yarnFrequency(const ModelConfig& config, const RopeScaling& yarn, int64_t pair,
                    float wavelength) {
    const Ramp ramp = yarnRamp(config, yarn);
    const float interpolated = 1.0f / (float(yarn.factor) * wavelength);
    const float kept =
        1.0f -
        std::clamp((float(pair) - float(ramp.low)) / float(ramp.high - ramp.low), 0.0f, 1.0f);
    return interpolated * (1.0f - kept) + 1.0f / wavelength * kept;
}

/// Long wavelengths are stretched, short ones kept, those between blended. Source: Llama 3.1.
float llama3Frequency(const RopeScaling& scaling, float frequency) {
    const double original = double(scaling.original_max_position_embeddings);
    const double turn = 2.0 * std::numbers::pi / double(frequency);
    if (turn < original / scaling.high_freq_factor)
        return frequency;
    const float stretched = frequency / float(scaling.factor);
    if (turn > original / scaling.low_freq_factor)
        return stretched;
    const auto blend = float((original / turn - scaling.low_freq_factor) /
                             (scaling.high_freq_factor - scaling.low_freq_factor));
    return (1.0f - blend) * stretched + blend * frequency;
}

/// Float arithmetic in the order of the code that trained the models: one unit in the last
/// place of a frequency is an angle of 0.01 at position 100,000.
float inverseFrequency(const ModelConfig& config, int64_t pair, bool longContext) {
    const float exponent = float(2 * pair) / float(config.ropeDim());
    const float wavelength = float(std::pow(config.rope_theta, double(exponent)));
    if (!config.rope_scaling)
        return 1.0f / wavelength;
    const RopeScaling& scaling = *config.rope_scaling;
    switch (scaling.type) {
        case RopeScaling::Type::Linear:
            return 1.0f / wavelength / float(scaling.factor);
        case RopeScaling::Type::Yarn:
            return yarnFrequency(config, scaling, pair, wavelength);
        case RopeScaling::Type::Llama3:
            return llama3Frequency(scaling, 1.0f / wavelength);
        case RopeScaling::Type::Longrope: {
            const auto& factors = longContext ? scaling.long_factor : scaling.short_factor;
            return 1.0f / (float(factors[size_t(pair)]) * wavelength);
        }
    }
    return 0.0f;
}

/// What cos and sin are multiplied by.
double magnitudeFactor(const RopeScaling& scaling) {
    if (scaling.attention_factor)
        return *scaling.attention_factor;
    if (scaling.type == RopeScaling::Type::Yarn)
        return yarnFactor(scaling);
    if (scaling.type == RopeScaling::Type::Longrope && scaling.factor > 1.0)
        return std::sqrt(1.0 + std::log(scaling.factor) /
                                   std::log(double(scaling.original_max_position_embeddings)));
    return 1.0;
}

void appendRows(const ModelConfig& config, int64_t positions, bool longContext, RopeTable& table) {
    const double factor = config.rope_scaling ? magnitudeFactor(*config.rope_scaling) : 1.0;
    std::vector<float> frequencies;
    for (int64_t pair = 0; pair < config.ropeDim() / 2; ++pair)
        frequencies.push_back(inverseFrequency(config, pair, longContext));
    for (int64_t position = 0; position < positions; ++position) {
        for (const float frequency : frequencies) {
            // Rounded to float for the same reason.
            const double angle = double(float(position) * frequency);
            table.cos.push_back(float(std::cos(angle) * factor));
            table.sin.push_back(float(std::sin(angle) * factor));
        }
    }
    table.rows += positions;
}

}  // namespace

double ModelConfig::softmaxScale() const {
    if (attention_multiplier > 0.0)
        return attention_multiplier;
    const double scale = 1.0 / std::sqrt(double(qkHeadDim()));
    const bool yarn = rope_scaling && rope_scaling->type == RopeScaling::Type::Yarn;
    if (!latent() || !yarn || rope_scaling->mscale_all_dim == 0.0)
        return scale;
    const double magnitude = yarnMagnitude(rope_scaling->factor, rope_scaling->mscale_all_dim);
    return scale * magnitude * magnitude;
}

RopeTable ropeTable(const ModelConfig& config, int64_t positions) {
    CORE_ASSERT(positions >= 0 && positions <= config.max_position_embeddings);
    RopeTable table;
    appendRows(config, positions, false, table);
    if (config.rope_scaling && config.rope_scaling->type == RopeScaling::Type::Longrope)
        appendRows(config, positions, true, table);
    return table;
}

}  // namespace hearth::engine
