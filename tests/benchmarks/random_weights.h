// Checkpoints of random weights in any geometry, made row by row when they are read, so that a
// model of many gigabytes never lies in memory.
#pragma once
#include <map>
#include <memory>
#include <string>

#include "engine/formats/weight_source.h"
#include "engine/models/model_config.h"
#include "engine/runtime/random.h"

namespace hearth::benchmark {

/// Uniform numbers with the variance that checkpoints have (0.02 squared), keyed by tensor and
/// element.
class RandomRows : public engine::ComputedRows {
public:
    RandomRows(uint64_t seed, int64_t columns) : m_seed(seed), m_columns(columns) {}

    void readRows(int64_t begin, int64_t end, float* out) const override {
        for (int64_t i = begin * m_columns; i < end * m_columns; ++i)
            *out++ = float(int32_t(engine::mixBits(m_seed + uint64_t(i)))) * kScale;
    }

private:
    static constexpr float kScale = 0.02f * 1.7320508f / 2147483648.0f;
    uint64_t m_seed;
    int64_t m_columns;
};

/// Every tensor of a model; norms are ones, other vectors zeros.
class RandomWeights : public engine::WeightSource {
public:
    explicit RandomWeights(const engine::ModelConfig& config) {
        for (const engine::TensorSpec& spec : engine::tensorSpecs(config)) {
            engine::StoredTensor tensor{.name = spec.name, .shape = spec.shape};
            if (spec.shape.size() == 1)
                tensor.bytes = vectorBytes(spec);
            else
                tensor.computed = std::make_shared<const RandomRows>(
                    engine::mixBits(m_tensors.size()), spec.shape.back());
            m_order.push_back(spec.name);
            m_tensors.emplace(spec.name, std::move(tensor));
        }
    }

    std::vector<std::string> names() const override { return m_order; }
    const engine::StoredTensor* find(const std::string& name) const override {
        const auto found = m_tensors.find(name);
        return found == m_tensors.end() ? nullptr : &found->second;
    }

private:
    std::span<const std::byte> vectorBytes(const engine::TensorSpec& spec) {
        const float value = spec.name.ends_with("norm.weight") ? 1.0f : 0.0f;
        auto& values = m_vectors[spec.name];
        values.assign(size_t(spec.shape[0]), value);
        return std::as_bytes(std::span(values));
    }

    std::vector<std::string> m_order;
    std::map<std::string, engine::StoredTensor> m_tensors;
    std::map<std::string, std::vector<float>> m_vectors;
};

}  // namespace hearth::benchmark
