// What llama.cpp must be told of a model.
#include "engine/models/gguf_config.h"
#include "engine/models/gguf_names.h"
#include "engine/models/gguf_rope.h"

namespace hearth::engine {
namespace {

core::Error unsupported(const std::string& what) {
    return {core::ErrorCode::Unsupported, "llama.cpp cannot run this model: " + what, ""};
}

class Describer {
public:
    Describer(const ModelConfig& config, const GgufFamily& family)
        : m_config(config), m_gguf(family.gguf), m_prefix(m_gguf + ".") {}

    core::Result<GgufDescription> run() {
        CORE_TRY(checkLayers());
        common();
        if (m_config.latent()) {
            CORE_TRY(latentAttention());
        } else {
            CORE_TRY(groupedAttention());
        }
        if (m_config.n_routed_experts > 0) {
            CORE_TRY(experts());
        }
        if (m_gguf.starts_with("granite"))
            multipliers();
        if (m_config.num_nextn_predict_layers > 0)
            note("the layers that draft further tokens (MTP) are left out");
        CORE_ASSIGN(GgufRope rope, ggufRope(m_config, m_prefix));
        m_out.keys.merge(rope.keys);
        m_out.rope_factors = std::move(rope.factors);
        m_out.notes.insert(m_out.notes.end(), rope.notes.begin(), rope.notes.end());
        return std::move(m_out);
    }

private:
    void integer(const std::string& name, int64_t value) {
        m_out.keys[m_prefix + name] = GgufValue::u32(value);
    }
    void number(const std::string& name, double value) {
        m_out.keys[m_prefix + name] = GgufValue::f32(value);
    }
    void note(const std::string& text) { m_out.notes.push_back(text); }

    /// Dense layers may come first, with MLA; elsewhere all layers are alike.
    core::Status checkLayers() const {
        bool mixture = false;
        for (int64_t layer = 0; layer < m_config.num_hidden_layers; ++layer) {
            const bool moe = m_config.isMoeLayer(layer);
            if (mixture && !moe)
                return unsupported("it has a dense layer after one with experts");
            if (!m_config.latent() && m_config.n_routed_experts > 0 && !moe)
                return unsupported("only some of its layers have experts");
            mixture = moe;
        }
        return {};
    }

    void common() {
        integer("block_count", m_config.num_hidden_layers);
        integer("context_length", m_config.max_position_embeddings);
        integer("embedding_length", m_config.hidden_size);
        integer("feed_forward_length", m_config.intermediate_size);
        integer("vocab_size", m_config.vocab_size);
        integer("attention.head_count", m_config.num_attention_heads);
        number("attention.layer_norm_rms_epsilon", m_config.rms_norm_eps);
    }

    core::Status groupedAttention() {
        integer("attention.head_count_kv", m_config.num_key_value_heads);
        integer("attention.key_length", m_config.head_dim);
        integer("attention.value_length", m_config.head_dim);
        if (m_config.rotary_dim != m_config.head_dim)
            return unsupported("it rotates a part of each head only");
        if (m_gguf == "gpt-oss")
            return slidingWindow();
        if (m_config.sliding_window > 0)
            note("llama.cpp lets every layer see the whole text; the model has a window of " +
                 std::to_string(m_config.sliding_window));
        return {};
    }

    core::Status slidingWindow() {
        integer("attention.sliding_window", m_config.sliding_window);
        for (int64_t layer = 0; layer < m_config.num_hidden_layers; ++layer) {
            if (m_config.isSlidingLayer(layer) != (layer % 2 == 0))
                return unsupported("its sliding windows are not on every other layer");
        }
        if (m_config.swiglu_limit != 7.0)
            note("llama.cpp clamps the activation at 7, the model at " +
                 std::to_string(m_config.swiglu_limit));
        return {};
    }

    /// One head of keys: llama.cpp attends to the latent rows.
    core::Status latentAttention() {
        if (!m_config.rope_interleave || m_config.sparse())
            return unsupported("its attention differs from DeepSeek-V3's");
        integer("attention.head_count_kv", 1);
        // Asked for by every model but those with 26, 27 and 48 layers; 0 is q_proj alone.
        integer("attention.q_lora_rank", m_config.q_lora_rank);
        integer("attention.kv_lora_rank", m_config.kv_lora_rank);
        integer("attention.key_length", m_config.kv_lora_rank + m_config.qk_rope_head_dim);
        integer("attention.value_length", m_config.kv_lora_rank);
        integer("attention.key_length_mla", m_config.qkHeadDim());
        integer("attention.value_length_mla", m_config.v_head_dim);
        integer("expert_feed_forward_length", m_config.n_routed_experts > 0
                                                  ? m_config.moe_intermediate_size
                                                  : m_config.intermediate_size);
        integer("expert_shared_count", m_config.n_shared_experts);
        integer("leading_dense_block_count", m_config.n_routed_experts > 0
                                                 ? m_config.first_k_dense_replace
                                                 : m_config.num_hidden_layers);
        if (const double scale = ggufLatentScale(m_config); scale != 1.0)
            number(kGgufLatentScale, scale);
        return {};
    }

    core::Status experts() {
        integer("expert_count", m_config.n_routed_experts);
        integer("expert_used_count", m_config.num_experts_per_tok);
        if (m_gguf == "deepseek2")
            return deepseekExperts();
        if (m_gguf == "qwen3moe" || m_gguf == "gpt-oss")
            integer("expert_feed_forward_length", m_config.moe_intermediate_size);
        if (m_gguf == "granitemoe" && m_config.shared_intermediate_size > 0)
            integer("expert_shared_feed_forward_length", m_config.shared_intermediate_size);
        if (m_gguf == "qwen3moe" && !m_config.norm_topk_prob)
            note("llama.cpp renormalises the weights of the chosen experts, the model does not");
        if (m_gguf == "olmoe" && m_config.norm_topk_prob)
            note("llama.cpp does not renormalise the weights of the chosen experts");
        return {};
    }

    core::Status deepseekExperts() {
        if (m_config.n_shared_experts == 0)
            return unsupported("it has no shared expert");
        const bool sigmoid = m_config.scoring_func == RouterScoring::Sigmoid;
        integer("expert_gating_func", sigmoid ? 2 : 1);
        number("expert_weights_scale", m_config.routed_scaling_factor);
        m_out.keys[m_prefix + "expert_weights_norm"] = GgufValue::flag(m_config.norm_topk_prob);
        if (m_config.n_group > 1 && m_config.topk_group < m_config.n_group) {
            integer("expert_group_count", m_config.n_group);
            integer("expert_group_used_count", m_config.topk_group);
            if (m_config.group_scoring == GroupScoring::Max)
                note("llama.cpp judges a group of experts by its best two, the model by its best");
        }
        return {};
    }

    void multipliers() {
        number("attention.scale", m_config.softmaxScale());
        number("embedding_scale", m_config.embedding_multiplier);
        number("residual_scale", m_config.residual_multiplier);
        number("logit_scale", 1.0 / m_config.logits_multiplier);
    }

    const ModelConfig& m_config;
    std::string m_gguf;
    std::string m_prefix;
    GgufDescription m_out;
};

}  // namespace

core::Result<GgufDescription> describeForGguf(const ModelConfig& config) {
    const GgufFamily* family = findGgufFamily(config.architecture);
    if (family)
        return Describer(config, *family).run();
    std::string known;
    for (const GgufFamily& each : ggufFamilies())
        known += (known.empty() ? "" : ", ") + std::string(each.architecture);
    return core::Error{core::ErrorCode::Unsupported,
                       config.architecture + " cannot be exported as GGUF; these can: " + known,
                       ""};
}

}  // namespace hearth::engine
