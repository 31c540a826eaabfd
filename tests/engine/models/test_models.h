// Small checkpoints for tests: any config, deterministic weights.
#pragma once
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "engine/formats/weight_source.h"
#include "engine/models/model_config.h"

namespace hearth::engine::testing_models {

/// DeepSeek-V3 in miniature: three layers (one dense), yarn, one MTP layer.
ModelConfig tinyConfig();

/// Tensors in memory, to be changed by a test before they are used.
class MemoryWeights : public WeightSource {
public:
    /// Every tensor of the config with values of about 1/sqrt(last dimension).
    explicit MemoryWeights(const ModelConfig& config);
    MemoryWeights() = default;

    void set(const std::string& name, const std::vector<int64_t>& shape, std::vector<float> values);
    void setRandom(const std::string& name, const std::vector<int64_t>& shape);
    void erase(const std::string& name);

    std::vector<std::string> names() const override { return m_names; }
    const StoredTensor* find(const std::string& name) const override;

private:
    std::vector<std::string> m_names;
    std::map<std::string, std::vector<float>> m_values;
    std::map<std::string, StoredTensor> m_tensors;
};

/// Writes config.json and model.safetensors.
void writeCheckpoint(const std::filesystem::path& dir, const ModelConfig& config,
                     const WeightSource& weights);

}  // namespace hearth::engine::testing_models
