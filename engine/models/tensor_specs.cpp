// The tensors of a model, as its config describes it.
#include "engine/models/model_config.h"

namespace hearth::engine {
namespace {

/// Collects the specs of one module under a name prefix.
class SpecList {
public:
    void add(const std::string& name, std::vector<int64_t> shape, bool optional = false) {
        addBare(name + ".weight", std::move(shape), optional);
    }
    void addBare(const std::string& name, std::vector<int64_t> shape, bool optional = false) {
        specs.push_back({m_prefix + name, std::move(shape), optional});
    }
    void addLinear(const std::string& name, int64_t out, int64_t in, bool bias) {
        add(name, {out, in});
        if (bias)
            addBare(name + ".bias", {out});
    }
    void setPrefix(const std::string& prefix) { m_prefix = prefix; }

    std::vector<TensorSpec> specs;

private:
    std::string m_prefix;
};

void addIndexer(SpecList& list, const ModelConfig& c) {
    list.add("self_attn.indexer.wq_b", {c.index_n_heads * c.index_head_dim, c.q_lora_rank});
    list.add("self_attn.indexer.wk", {c.index_head_dim, c.hidden_size});
    list.addBare("self_attn.indexer.k_norm.weight", {c.index_head_dim});
    list.addBare("self_attn.indexer.k_norm.bias", {c.index_head_dim});
    list.add("self_attn.indexer.weights_proj", {c.index_n_heads, c.hidden_size});
}

void addLatentAttention(SpecList& list, const ModelConfig& c) {
    const int64_t heads = c.num_attention_heads;
    if (c.q_lora_rank > 0) {
        list.add("self_attn.q_a_proj", {c.q_lora_rank, c.hidden_size});
        list.add("self_attn.q_a_layernorm", {c.q_lora_rank});
        list.add("self_attn.q_b_proj", {heads * c.qkHeadDim(), c.q_lora_rank});
    } else {
        list.add("self_attn.q_proj", {heads * c.qkHeadDim(), c.hidden_size});
    }
    list.add("self_attn.kv_a_proj_with_mqa", {c.kv_lora_rank + c.qk_rope_head_dim, c.hidden_size});
    list.add("self_attn.kv_a_layernorm", {c.kv_lora_rank});
    list.add("self_attn.kv_b_proj", {heads * (c.qk_nope_head_dim + c.v_head_dim), c.kv_lora_rank});
    list.add("self_attn.o_proj", {c.hidden_size, heads * c.v_head_dim});
    if (c.sparse())
        addIndexer(list, c);
}

void addGroupedAttention(SpecList& list, const ModelConfig& c) {
    const int64_t queries = c.num_attention_heads * c.head_dim;
    const int64_t keys = c.num_key_value_heads * c.head_dim;
    list.addLinear("self_attn.q_proj", queries, c.hidden_size, c.qkv_bias);
    list.addLinear("self_attn.k_proj", keys, c.hidden_size, c.qkv_bias);
    list.addLinear("self_attn.v_proj", keys, c.hidden_size, c.qkv_bias);
    list.addLinear("self_attn.o_proj", c.hidden_size, queries, c.o_bias);
    if (c.qk_norm != QkNorm::None) {
        const bool perHead = c.qk_norm == QkNorm::PerHead;
        list.add("self_attn.q_norm", {perHead ? c.head_dim : queries});
        list.add("self_attn.k_norm", {perHead ? c.head_dim : keys});
    }
    if (c.attention_sinks)
        list.addBare("self_attn.sinks", {c.num_attention_heads});
}

void addMlp(SpecList& list, const std::string& name, int64_t hidden, int64_t inner, bool bias) {
    list.addLinear(name + ".gate_proj", inner, hidden, bias);
    list.addLinear(name + ".up_proj", inner, hidden, bias);
    list.addLinear(name + ".down_proj", hidden, inner, bias);
}

void addMoe(SpecList& list, const ModelConfig& c) {
    list.addLinear("mlp.gate", c.n_routed_experts, c.hidden_size, c.router_bias);
    if (c.score_correction_bias)
        list.addBare("mlp.gate.e_score_correction_bias", {c.n_routed_experts});
    for (int64_t e = 0; e < c.n_routed_experts; ++e)
        addMlp(list, "mlp.experts." + std::to_string(e), c.hidden_size, c.moe_intermediate_size,
               c.expert_bias);
    if (c.sharedWidth() > 0)
        addMlp(list, "mlp.shared_experts", c.hidden_size, c.sharedWidth(), false);
}

void addDecoderLayer(SpecList& list, const ModelConfig& c, int64_t layer) {
    list.add("input_layernorm", {c.hidden_size});
    if (c.latent())
        addLatentAttention(list, c);
    else
        addGroupedAttention(list, c);
    list.add("post_attention_layernorm", {c.hidden_size});
    if (c.isMoeLayer(layer))
        addMoe(list, c);
    else
        addMlp(list, "mlp", c.hidden_size, c.intermediate_size, c.mlp_bias);
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

}  // namespace hearth::engine
