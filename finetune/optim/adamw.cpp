#include "finetune/optim/adamw.h"

#include <algorithm>
#include <cmath>

#include "core/assert.h"
#include "finetune/ops/vector_math.h"

namespace hearth::finetune {
namespace {

constexpr int64_t kGrain = 1 << 16;

struct Coefficients {
    float gradient_scale;
    float decay;  // factor of the parameter
    float beta1;
    float beta2;
    float step_size;    // learning rate / (1 - beta1^t)
    float second_root;  // sqrt(1 - beta2^t)
    float epsilon;
};

FINETUNE_KERNEL void update(float* values, const float* gradients, float* first, float* second,
                            int64_t n, const Coefficients& given) {
    const Coefficients c = given;
    for (int64_t i = 0; i < n; ++i) {
        const float g = gradients[i] * c.gradient_scale;
        first[i] = first[i] * c.beta1 + g * (1.0f - c.beta1);
        second[i] = second[i] * c.beta2 + g * g * (1.0f - c.beta2);
        const float denominator = std::sqrt(second[i]) / c.second_root + c.epsilon;
        values[i] = values[i] * c.decay - c.step_size * (first[i] / denominator);
    }
}

}  // namespace

AdamW::AdamW(engine::ThreadPool& pool, ParameterSet& parameters, const AdamWOptions& options)
    : m_pool(pool),
      m_parameters(parameters),
      m_options(options),
      m_first(size_t(parameters.size())),
      m_second(size_t(parameters.size())) {
    CORE_ASSERT(parameters.size() == 0 || parameters.hasGradients());
}

void AdamW::step(double learningRate, double gradientScale) {
    ++m_steps;
    const double firstBias = 1.0 - std::pow(m_options.beta1, double(m_steps));
    const double secondBias = 1.0 - std::pow(m_options.beta2, double(m_steps));
    Coefficients coefficients{.gradient_scale = float(gradientScale),
                              .decay = 1.0f,
                              .beta1 = float(m_options.beta1),
                              .beta2 = float(m_options.beta2),
                              .step_size = 0.0f,
                              .second_root = float(std::sqrt(secondBias)),
                              .epsilon = float(m_options.epsilon)};
    for (const Parameter& parameter : m_parameters.entries()) {
        const bool decayed = m_options.decay_vectors || parameter.shape.size() > 1;
        const double rate =
            learningRate *
            (parameter.name.ends_with(".lora_B.weight") ? m_options.b_rate_ratio : 1.0);
        coefficients.step_size = float(rate / firstBias);
        coefficients.decay = decayed ? float(1.0 - rate * m_options.weight_decay) : 1.0f;
        const auto values = m_parameters.values(parameter);
        const auto gradients = m_parameters.gradients(parameter);
        m_pool.parallelFor(parameter.size, kGrain, [&](int64_t begin, int64_t end) {
            const size_t at = size_t(parameter.offset + begin);
            update(values.data() + begin, gradients.data() + begin, m_first.data() + at,
                   m_second.data() + at, end - begin, coefficients);
        });
    }
}

void AdamW::forEachState(const std::function<void(const std::string&, std::span<float>)>& visit) {
    for (const Parameter& parameter : m_parameters.entries()) {
        const auto part = [&](std::vector<float>& all) {
            return std::span(all).subspan(size_t(parameter.offset), size_t(parameter.size));
        };
        visit("adamw.m." + parameter.name, part(m_first));
        visit("adamw.v." + parameter.name, part(m_second));
    }
}

}  // namespace hearth::finetune
