#include "engine/models/decoder_builder.h"

#include "engine/models/weight_loader.h"

namespace hearth::engine {
namespace {

/// Builds the parts of a model below a name prefix.
class Builder {
public:
    Builder(const ModelConfig& config, WeightStore& store) : m_config(config), m_loader(store) {}

    DecoderWeights build(bool withMtp) {
        DecoderWeights out;
        out.embedding = m_loader.table("model.embed_tokens.weight");
        for (int64_t i = 0; i < m_config.num_hidden_layers; ++i)
            out.layers.push_back(decoderLayer(i));
        out.final_norm = m_loader.vector("model.norm.weight");
        out.head = m_loader.linear(
            WeightRole::Output, {m_config.tie_word_embeddings ? "model.embed_tokens" : "lm_head"});
        m_loader.targets()[size_t(out.head.id)].parts.front().module = "lm_head";
        m_loader.setOptionalForAdapters(true);
        for (int64_t i = 0; withMtp && i < m_config.num_nextn_predict_layers; ++i)
            out.mtp.push_back(mtpModule(m_config.num_hidden_layers + i));
        out.targets = std::move(m_loader.targets());
        return out;
    }

private:
    DecoderLayer decoderLayer(int64_t layer) {
        const std::string prefix = layerPrefix(layer);
        DecoderLayer out;
        out.norm_eps = float(m_config.rms_norm_eps);
        out.input_norm = m_loader.vector(prefix + "input_layernorm.weight");
        out.post_attention_norm = m_loader.vector(prefix + "post_attention_layernorm.weight");
        if (m_config.latent())
            out.attention = latentAttention(prefix + "self_attn.");
        else
            out.attention = groupedAttention(layer, prefix + "self_attn.");
        if (m_config.isMoeLayer(layer))
            out.mlp = moe(layer, prefix + "mlp.");
        else
            out.mlp = dense(WeightRole::Dense, prefix + "mlp.");
        return out;
    }

    MlaAttention latentAttention(const std::string& prefix) {
        const ModelConfig& c = m_config;
        MlaAttention out;
        out.shape = {.heads = c.num_attention_heads,
                     .q_lora_rank = c.q_lora_rank,
                     .kv_lora_rank = c.kv_lora_rank,
                     .qk_nope_head_dim = c.qk_nope_head_dim,
                     .qk_rope_head_dim = c.qk_rope_head_dim,
                     .v_head_dim = c.v_head_dim,
                     .rope_interleave = c.rope_interleave,
                     .scale = float(c.softmaxScale())};
        out.residual_multiplier = float(c.residual_multiplier);
        const bool lowRankQuery = c.q_lora_rank > 0;
        out.qkv_a = m_loader.linear(
            WeightRole::Attention,
            {prefix + (lowRankQuery ? "q_a_proj" : "q_proj"), prefix + "kv_a_proj_with_mqa"});
        if (lowRankQuery) {
            out.q_norm = m_loader.vector(prefix + "q_a_layernorm.weight");
            out.q_b = m_loader.linear(WeightRole::Attention, {prefix + "q_b_proj"});
        }
        out.latent_norm = m_loader.vector(prefix + "kv_a_layernorm.weight");
        out.kv_b = m_loader.linear(WeightRole::LatentUp, {prefix + "kv_b_proj"});
        const auto split = m_loader.absorbed(out.kv_b, {.heads = c.num_attention_heads,
                                                        .nope = c.qk_nope_head_dim,
                                                        .v = c.v_head_dim,
                                                        .rope = c.qk_rope_head_dim});
        out.k_absorb = split.k;
        out.v_absorb = split.v;
        out.o = m_loader.linear(WeightRole::Attention, {prefix + "o_proj"});
        if (c.sparse())
            out.indexer = indexer(prefix + "indexer.");
        return out;
    }

    KeyIndexer indexer(const std::string& prefix) {
        return {.heads = m_config.index_n_heads,
                .head_dim = m_config.index_head_dim,
                .top_k = m_config.index_topk,
                .wq_b = m_loader.linear(WeightRole::Indexer, {prefix + "wq_b"}),
                .wk = m_loader.linear(WeightRole::Indexer, {prefix + "wk"}),
                .k_norm_weight = m_loader.vector(prefix + "k_norm.weight"),
                .k_norm_bias = m_loader.vector(prefix + "k_norm.bias"),
                .weights_proj = m_loader.linear(WeightRole::Indexer, {prefix + "weights_proj"})};
    }

    GroupedAttention groupedAttention(int64_t layer, const std::string& prefix) {
        const ModelConfig& c = m_config;
        GroupedAttention out;
        out.shape = {.heads = c.num_attention_heads,
                     .kv_heads = c.num_key_value_heads,
                     .head_dim = c.head_dim,
                     .window = c.isSlidingLayer(layer) ? c.sliding_window : 0,
                     .rope_interleave = c.rope_interleave,
                     .qk_norm = c.qk_norm,
                     .norm_eps = float(c.rms_norm_eps),
                     .scale = float(c.softmaxScale())};
        out.residual_multiplier = float(c.residual_multiplier);
        out.qkv = m_loader.linear(WeightRole::Attention,
                                  {prefix + "q_proj", prefix + "k_proj", prefix + "v_proj"});
        out.q_norm = m_loader.optionalVector(prefix + "q_norm.weight");
        out.k_norm = m_loader.optionalVector(prefix + "k_norm.weight");
        out.sinks = m_loader.optionalVector(prefix + "sinks");
        out.o = m_loader.linear(WeightRole::Attention, {prefix + "o_proj"});
        return out;
    }

    DenseMlp dense(WeightRole role, const std::string& prefix) {
        return {.gate_up = m_loader.linear(role, {prefix + "gate_proj", prefix + "up_proj"}),
                .down = m_loader.linear(role, {prefix + "down_proj"}),
                .residual_multiplier = float(m_config.residual_multiplier)};
    }

    MoeMlp moe(int64_t layer, const std::string& prefix) {
        const ModelConfig& c = m_config;
        MoeMlp out;
        out.layer = layer;
        out.experts = c.n_routed_experts;
        out.experts_per_token = c.num_experts_per_tok;
        out.routing.scoring = c.scoring_func;
        out.routing.group_scoring = c.group_scoring;
        out.routing.n_group = c.n_group;
        out.routing.topk_group = c.topk_group;
        out.routing.norm_topk_prob = c.norm_topk_prob;
        out.routing.routed_scaling_factor = float(c.routed_scaling_factor);
        out.swiglu_limit = float(c.swiglu_limit);
        out.residual_multiplier = float(c.residual_multiplier);
        out.gate = m_loader.matrix(WeightRole::Router, prefix + "gate");
        out.logits_bias = m_loader.optionalVector(prefix + "gate.bias");
        out.bias = m_loader.optionalVector(prefix + "gate.e_score_correction_bias");
        out.gate_up =
            m_loader.experts(prefix + "experts.", c.n_routed_experts, {".gate_proj", ".up_proj"});
        out.down = m_loader.experts(prefix + "experts.", c.n_routed_experts, {".down_proj"});
        out.has_shared = c.sharedWidth() > 0;
        if (out.has_shared)
            out.shared = dense(WeightRole::SharedExpert, prefix + "shared_experts.");
        return out;
    }

    MtpModule mtpModule(int64_t layer) {
        MtpModule out;
        out.block = decoderLayer(layer);
        const std::string prefix = layerPrefix(layer);
        out.embedding_norm = m_loader.vector(prefix + "enorm.weight");
        out.hidden_norm = m_loader.vector(prefix + "hnorm.weight");
        out.eh_proj = m_loader.linear(WeightRole::Mtp, {prefix + "eh_proj"});
        out.head_norm = m_loader.vector(prefix + "shared_head.norm.weight");
        if (m_loader.has(prefix + "embed_tokens.weight"))
            out.embedding = m_loader.table(prefix + "embed_tokens.weight");
        if (m_loader.has(prefix + "shared_head.head.weight"))
            out.head = m_loader.linear(WeightRole::Output, {prefix + "shared_head.head"});
        return out;
    }

    static std::string layerPrefix(int64_t layer) {
        return "model.layers." + std::to_string(layer) + ".";
    }

    const ModelConfig& m_config;
    WeightLoader m_loader;
};

}  // namespace

DecoderWeights buildDecoderWeights(const ModelConfig& config, WeightStore& store, bool withMtp) {
    DecoderWeights weights = Builder(config, store).build(withMtp);
    weights.bytes = store.bytes();
    return weights;
}

}  // namespace hearth::engine
