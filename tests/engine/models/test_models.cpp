#include "tests/engine/models/test_models.h"

#include <cmath>
#include <functional>
#include <random>

#include "tests/support/temp_dir.h"

namespace hearth::engine::testing_models {

ModelConfig tinyConfig() {
    ModelConfig c;
    c.architecture = "DeepseekV3ForCausalLM";
    c.model_type = "deepseek_v3";
    c.vocab_size = 40;
    c.hidden_size = 24;
    c.intermediate_size = 32;
    c.moe_intermediate_size = 12;
    c.num_hidden_layers = 3;
    c.num_attention_heads = 2;
    c.n_shared_experts = 1;
    c.n_routed_experts = 8;
    c.num_experts_per_tok = 2;
    c.first_k_dense_replace = 1;
    c.kv_lora_rank = 16;
    c.q_lora_rank = 12;
    c.qk_nope_head_dim = 8;
    c.qk_rope_head_dim = 4;
    c.v_head_dim = 6;
    c.n_group = 4;
    c.topk_group = 2;
    c.routed_scaling_factor = 2.5;
    c.rope_scaling = RopeScaling{.factor = 4.0,
                                 .original_max_position_embeddings = 32,
                                 .mscale = 1.0,
                                 .mscale_all_dim = 1.0};
    c.max_position_embeddings = 128;
    c.num_nextn_predict_layers = 1;
    c.eos_token_ids = {1};
    c.bos_token_id = 0;
    return c;
}

MemoryWeights::MemoryWeights(const ModelConfig& config) {
    for (const TensorSpec& spec : tensorSpecs(config))
        setRandom(spec.name, spec.shape);
}

void MemoryWeights::set(const std::string& name, const std::vector<int64_t>& shape,
                        std::vector<float> values) {
    if (!m_tensors.contains(name))
        m_names.push_back(name);
    m_values[name] = std::move(values);
    m_tensors[name] = {name, DType::F32, shape, std::as_bytes(std::span(m_values[name]))};
}

void MemoryWeights::setRandom(const std::string& name, const std::vector<int64_t>& shape) {
    int64_t size = 1;
    for (const int64_t dim : shape)
        size *= dim;
    std::mt19937 random(uint32_t(std::hash<std::string>{}(name)));
    std::normal_distribution<float> normal(shape.size() == 1 ? 1.0f : 0.0f,
                                           1.0f / std::sqrt(float(shape.back())));
    std::vector<float> values(static_cast<size_t>(size));
    for (float& value : values)
        value = normal(random);
    set(name, shape, std::move(values));
}

void MemoryWeights::erase(const std::string& name) {
    std::erase(m_names, name);
    m_tensors.erase(name);
}

const StoredTensor* MemoryWeights::find(const std::string& name) const {
    const auto found = m_tensors.find(name);
    return found == m_tensors.end() ? nullptr : &found->second;
}

void writeCheckpoint(const std::filesystem::path& dir, const ModelConfig& config,
                     const WeightSource& weights) {
    std::vector<TensorToWrite> tensors;
    for (const std::string& name : weights.names()) {
        const StoredTensor& t = *weights.find(name);
        tensors.push_back({name, t.dtype, t.shape, t.bytes});
    }
    test::spit(dir / "config.json", writeModelConfig(config));
    writeSafetensors(dir / "model.safetensors", tensors).orThrow();
}

}  // namespace hearth::engine::testing_models
