#include "engine/models/deepseek_v3.h"

namespace hearth::engine::deepseek_v3 {
namespace {

/// Collects the specs of one module under a name prefix.
class SpecList {
public:
    void add(const std::string& name, std::vector<int64_t> shape, bool optional = false) {
        specs.push_back({m_prefix + name + ".weight", std::move(shape), optional});
    }
    void addBare(const std::string& name, std::vector<int64_t> shape) {
        specs.push_back({m_prefix + name, std::move(shape)});
    }
    void setPrefix(const std::string& prefix) { m_prefix = prefix; }

    std::vector<TensorSpec> specs;

private:
    std::string m_prefix;
};

void addAttention(SpecList& list, const ModelConfig& c) {
    const int64_t heads = c.num_attention_heads;
    if (c.q_lora_rank > 0) {
        list.add("self_attn.q_a_proj", {c.q_lora_rank, c.hidden_size});
        list.add("self_attn.q_a_layernorm", {c.q_lora_rank});
        list.add("self_attn.q_b_proj", {heads * c.qkHeadDim(), c.q_lora_rank});
    } else {
        list.add("self_attn.q_proj", {heads * c.qkHeadDim(), c.hidden_size});
    }
    list.add("self_attn.kv_a_proj_with_mqa", {c.cacheWidth(), c.hidden_size});
    list.add("self_attn.kv_a_layernorm", {c.kv_lora_rank});
    list.add("self_attn.kv_b_proj", {heads * (c.qk_nope_head_dim + c.v_head_dim), c.kv_lora_rank});
    list.add("self_attn.o_proj", {c.hidden_size, heads * c.v_head_dim});
}

void addMlp(SpecList& list, const std::string& name, int64_t hidden, int64_t inner) {
    list.add(name + ".gate_proj", {inner, hidden});
    list.add(name + ".up_proj", {inner, hidden});
    list.add(name + ".down_proj", {hidden, inner});
}

void addMoe(SpecList& list, const ModelConfig& c) {
    list.add("mlp.gate", {c.n_routed_experts, c.hidden_size});
    list.addBare("mlp.gate.e_score_correction_bias", {c.n_routed_experts});
    for (int64_t e = 0; e < c.n_routed_experts; ++e)
        addMlp(list, "mlp.experts." + std::to_string(e), c.hidden_size, c.moe_intermediate_size);
    if (c.n_shared_experts > 0)
        addMlp(list, "mlp.shared_experts", c.hidden_size,
               c.n_shared_experts * c.moe_intermediate_size);
}

void addDecoderLayer(SpecList& list, const ModelConfig& c, int64_t layer) {
    list.add("input_layernorm", {c.hidden_size});
    addAttention(list, c);
    list.add("post_attention_layernorm", {c.hidden_size});
    if (c.isMoeLayer(layer))
        addMoe(list, c);
    else
        addMlp(list, "mlp", c.hidden_size, c.intermediate_size);
}

void addMtp(SpecList& list, const ModelConfig& c) {
    list.add("enorm", {c.hidden_size});
    list.add("hnorm", {c.hidden_size});
    list.add("eh_proj", {c.hidden_size, 2 * c.hidden_size});
    list.add("embed_tokens", {c.vocab_size, c.hidden_size}, true);
    list.add("shared_head.norm", {c.hidden_size});
    list.add("shared_head.head", {c.vocab_size, c.hidden_size}, true);
}

}  // namespace

std::vector<TensorSpec> tensorSpecs(const ModelConfig& c) {
    SpecList list;
    list.add("model.embed_tokens", {c.vocab_size, c.hidden_size});
    const int64_t layers = c.num_hidden_layers + c.num_nextn_predict_layers;
    for (int64_t layer = 0; layer < layers; ++layer) {
        list.setPrefix("model.layers." + std::to_string(layer) + ".");
        if (layer >= c.num_hidden_layers)
            addMtp(list, c);
        addDecoderLayer(list, c, layer);
    }
    list.setPrefix("");
    list.add("model.norm", {c.hidden_size});
    if (!c.tie_word_embeddings)
        list.add("lm_head", {c.vocab_size, c.hidden_size});
    return std::move(list.specs);
}

}  // namespace hearth::engine::deepseek_v3
