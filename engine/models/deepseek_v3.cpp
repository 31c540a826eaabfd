#include "engine/models/deepseek_v3.h"

#include "engine/models/decoder_model.h"
#include "engine/models/weight_loader.h"

namespace hearth::engine::deepseek_v3 {
namespace {

/// Builds the parts of a model below a name prefix.
class Builder {
public:
    Builder(Backend& backend, const ModelConfig& config, const WeightSource& weights)
        : m_config(config), m_loader(backend, weights) {}

    DecoderWeights build(bool withMtp) {
        DecoderWeights out;
        out.embedding = m_loader.table("model.embed_tokens.weight");
        for (int64_t i = 0; i < m_config.num_hidden_layers; ++i)
            out.layers.push_back(decoderLayer(i));
        out.final_norm = m_loader.vector("model.norm.weight");
        out.head =
            m_loader.linear({m_config.tie_word_embeddings ? "model.embed_tokens" : "lm_head"});
        m_loader.targets()[size_t(out.head.id)].parts.front().module = "lm_head";
        for (int64_t i = 0; withMtp && i < m_config.num_nextn_predict_layers; ++i)
            out.mtp.push_back(mtpModule(m_config.num_hidden_layers + i));
        out.targets = std::move(m_loader.targets());
        out.bytes = m_loader.bytes();
        return out;
    }

private:
    DecoderLayer decoderLayer(int64_t layer) {
        m_optional = layer >= m_config.num_hidden_layers;
        const std::string prefix = layerPrefix(layer);
        DecoderLayer out;
        out.norm_eps = float(m_config.rms_norm_eps);
        out.input_norm = m_loader.vector(prefix + "input_layernorm.weight");
        out.post_attention_norm = m_loader.vector(prefix + "post_attention_layernorm.weight");
        out.attention = attention(prefix + "self_attn.");
        if (m_config.isMoeLayer(layer))
            out.mlp = moe(layer, prefix + "mlp.");
        else
            out.mlp = dense(prefix + "mlp.");
        return out;
    }

    MlaAttention attention(const std::string& prefix) {
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
        const bool lowRankQuery = c.q_lora_rank > 0;
        out.qkv_a = linear(
            {prefix + (lowRankQuery ? "q_a_proj" : "q_proj"), prefix + "kv_a_proj_with_mqa"});
        if (lowRankQuery) {
            out.q_norm = m_loader.vector(prefix + "q_a_layernorm.weight");
            out.q_b = linear({prefix + "q_b_proj"});
        }
        out.latent_norm = m_loader.vector(prefix + "kv_a_layernorm.weight");
        out.kv_b = linear({prefix + "kv_b_proj"});
        const auto split = m_loader.absorbed(
            out.kv_b,
            {.heads = c.num_attention_heads, .nope = c.qk_nope_head_dim, .v = c.v_head_dim});
        out.k_absorb = split.k;
        out.v_absorb = split.v;
        out.o = linear({prefix + "o_proj"});
        return out;
    }

    DenseMlp dense(const std::string& prefix) {
        return {.gate_up = linear({prefix + "gate_proj", prefix + "up_proj"}),
                .down = linear({prefix + "down_proj"})};
    }

    MoeMlp moe(int64_t layer, const std::string& prefix) {
        const ModelConfig& c = m_config;
        MoeMlp out;
        out.layer = layer;
        out.experts = c.n_routed_experts;
        out.experts_per_token = c.num_experts_per_tok;
        out.routing.scoring = c.scoring_func;
        out.routing.n_group = c.n_group;
        out.routing.topk_group = c.topk_group;
        out.routing.norm_topk_prob = c.norm_topk_prob;
        out.routing.routed_scaling_factor = float(c.routed_scaling_factor);
        out.gate = m_loader.matrix(prefix + "gate.weight");
        out.bias = m_loader.vector(prefix + "gate.e_score_correction_bias");
        out.gate_up = m_loader.experts(prefix + "experts.", c.n_routed_experts,
                                       {".gate_proj", ".up_proj"}, m_optional);
        out.down =
            m_loader.experts(prefix + "experts.", c.n_routed_experts, {".down_proj"}, m_optional);
        out.has_shared = c.n_shared_experts > 0;
        if (out.has_shared)
            out.shared = dense(prefix + "shared_experts.");
        return out;
    }

    MtpModule mtpModule(int64_t layer) {
        MtpModule out;
        out.block = decoderLayer(layer);
        const std::string prefix = layerPrefix(layer);
        out.embedding_norm = m_loader.vector(prefix + "enorm.weight");
        out.hidden_norm = m_loader.vector(prefix + "hnorm.weight");
        out.eh_proj = linear({prefix + "eh_proj"});
        out.head_norm = m_loader.vector(prefix + "shared_head.norm.weight");
        if (m_loader.has(prefix + "embed_tokens.weight"))
            out.embedding = m_loader.table(prefix + "embed_tokens.weight");
        if (m_loader.has(prefix + "shared_head.head.weight"))
            out.head = linear({prefix + "shared_head.head"});
        return out;
    }

    static std::string layerPrefix(int64_t layer) {
        return "model.layers." + std::to_string(layer) + ".";
    }
    Linear linear(const std::vector<std::string>& modules) {
        return m_loader.linear(modules, m_optional);
    }

    const ModelConfig& m_config;
    WeightLoader m_loader;
    bool m_optional = false;  // inside an MTP layer
};

}  // namespace

std::unique_ptr<Model> build(Backend& backend, const ModelConfig& config,
                             const WeightSource& weights, const ModelOptions& options) {
    return std::make_unique<DecoderModel>(
        backend, config, Builder(backend, config, weights).build(options.load_mtp));
}

}  // namespace hearth::engine::deepseek_v3
