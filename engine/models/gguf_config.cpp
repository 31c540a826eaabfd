#include "engine/models/gguf_config.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "engine/models/gguf_keys.h"
#include "engine/models/gguf_names.h"
#include "engine/models/gguf_rope.h"

namespace hearth::engine {
namespace {

using nlohmann::ordered_json;

// Values of expert_gating_func.
constexpr int64_t kSoftmax = 1;
constexpr int64_t kSigmoid = 2;

/// Every token that ends an answer.
std::vector<int64_t> endTokens(GgufKeys& keys) {
    std::vector<int64_t> ids;
    for (const char* name : {"tokenizer.ggml.eos_token_id", "tokenizer.ggml.eot_token_id",
                             "tokenizer.ggml.eom_token_id"}) {
        const int64_t id = keys.integer(name, -1);
        if (id >= 0 && std::ranges::find(ids, id) == ids.end())
            ids.push_back(id);
    }
    return ids;
}

class ConfigWriter {
public:
    explicit ConfigWriter(const GgufFile& file) : m_file(file), m_keys(file) {}

    core::Result<std::string> write() {
        const std::string& name = m_keys.architecture();
        if (name == "llama")
            llama();
        else if (name == "granite" || name == "granitemoe")
            granite(name == "granitemoe");
        else if (name == "qwen2" || name == "qwen3")
            grouped(name == "qwen2" ? "Qwen2ForCausalLM" : "Qwen3ForCausalLM");
        else if (name == "qwen3moe")
            qwen3Moe();
        else if (name == "olmoe")
            olmoe();
        else if (name == "gpt-oss")
            gptOss();
        else if (name == "deepseek2")
            deepseek();
        else
            return unknown(name);
        CORE_TRY(m_keys.status());
        return m_json.dump(2) + "\n";
    }

private:
    core::Error unknown(const std::string& name) const {
        std::string known;
        for (const GgufFamily& family : ggufFamilies()) {
            if (known.find(family.gguf) == std::string::npos)
                known += (known.empty() ? "" : ", ") + std::string(family.gguf);
        }
        return {core::ErrorCode::Unsupported,
                "The GGUF file's architecture \"" + name.substr(0, 100) +
                    "\" is unknown; known are: " + known,
                m_file.label()};
    }

    bool has(const char* tensor) const { return m_file.find(tensor) != nullptr; }

    /// What every architecture has.
    void common(const char* architecture, int64_t layers) {
        const StoredTensor* embedding = m_file.find("token_embd.weight");
        if (!embedding || embedding->shape.size() != 2)
            return m_keys.fail("embedding_length", "has no matrix token_embd.weight to go with");
        m_json = {{"architectures", ordered_json::array({architecture})},
                  {"model_type", findGgufFamily(architecture)->model_type},
                  {"vocab_size", embedding->shape[0]},
                  {"hidden_size", m_keys.integer("embedding_length")},
                  {"intermediate_size", m_keys.integer("feed_forward_length")},
                  {"num_hidden_layers", layers},
                  {"num_attention_heads", m_keys.integer("attention.head_count")},
                  {"max_position_embeddings", m_keys.integer("context_length")},
                  {"rms_norm_eps", m_keys.number("attention.layer_norm_rms_epsilon")},
                  {"tie_word_embeddings", !has("output.weight")},
                  {"hidden_act", "silu"}};
        m_json["bos_token_id"] = token("tokenizer.ggml.bos_token_id");
        m_json["eos_token_id"] = endTokens(m_keys);
        m_json["pad_token_id"] = token("tokenizer.ggml.padding_token_id");
    }

    ordered_json token(const char* name) {
        return m_keys.has(name) ? ordered_json(m_keys.integer(name)) : nullptr;
    }

    void grouped(const char* architecture) {
        common(architecture, m_keys.integer("block_count"));
        const int64_t heads = std::max<int64_t>(1, m_keys.integer("attention.head_count"));
        const int64_t share = m_keys.integer("embedding_length") / heads;
        const int64_t head = m_keys.integer("attention.key_length", share);
        m_json["num_key_value_heads"] = m_keys.integer("attention.head_count_kv", heads);
        m_json["head_dim"] = head;
        m_json["attention_bias"] = has("blk.0.attn_q.bias") || has("blk.0.attn_qkv.bias");
        m_json["mlp_bias"] = has("blk.0.ffn_gate.bias");
        if (m_keys.integer("attention.value_length", head) != head)
            m_keys.fail("attention.value_length", "differs from the length of keys",
                        core::ErrorCode::Unsupported);
        if (m_keys.integer("rope.dimension_count", head) != head)
            m_keys.fail("rope.dimension_count", "rotates a part of each head only",
                        core::ErrorCode::Unsupported);
        if (m_keys.number("attention.clamp_kqv", 0.0) != 0.0)
            m_keys.fail("attention.clamp_kqv", "is set", core::ErrorCode::Unsupported);
        readGgufRope(m_keys, m_file, head / 2, m_json);
    }

    void experts(const char* countField) {
        m_json[countField] = m_keys.integer("expert_count");
        m_json["num_experts_per_tok"] = m_keys.integer("expert_used_count");
    }

    /// llama.cpp runs Mistral's models as llama, without a window.
    void llama() {
        const bool mixture = m_keys.integer("expert_count", 0) > 0;
        grouped(mixture ? "MixtralForCausalLM" : "LlamaForCausalLM");
        if (mixture)
            experts("num_local_experts");
    }

    void granite(bool mixture) {
        const int64_t shared = m_keys.integer("expert_shared_feed_forward_length", 0);
        grouped(!mixture      ? "GraniteForCausalLM"
                : shared == 0 ? "GraniteMoeForCausalLM"
                              : "GraniteMoeSharedForCausalLM");
        const double width = std::max(1.0, m_json.value("head_dim", 1.0));
        m_json["attention_multiplier"] = m_keys.number("attention.scale", 1.0 / std::sqrt(width));
        m_json["embedding_multiplier"] = m_keys.number("embedding_scale", 1.0);
        m_json["residual_multiplier"] = m_keys.number("residual_scale", 1.0);
        m_json["logits_scaling"] = m_keys.number("logit_scale");
        if (mixture)
            experts("num_local_experts");
        if (shared > 0)
            m_json["shared_intermediate_size"] = shared;
    }

    void qwen3Moe() {
        grouped("Qwen3MoeForCausalLM");
        experts("num_experts");
        m_json["moe_intermediate_size"] = m_keys.integer("expert_feed_forward_length");
        m_json["norm_topk_prob"] = true;
        m_json["decoder_sparse_step"] = 1;
        m_json["mlp_only_layers"] = ordered_json::array();
    }

    void olmoe() {
        grouped("OlmoeForCausalLM");
        experts("num_experts");
        m_json["norm_topk_prob"] = false;
        m_json["clip_qkv"] = nullptr;
    }

    void gptOss() {
        grouped("GptOssForCausalLM");
        experts("num_local_experts");
        m_json["intermediate_size"] = m_keys.integer("expert_feed_forward_length");
        m_json["sliding_window"] = m_keys.integer("attention.sliding_window");
        m_json["swiglu_limit"] = 7.0;
        m_json["layer_types"] = ordered_json::array();
        const int64_t layers = std::min<int64_t>(m_keys.integer("block_count"), 1 << 10);
        for (int64_t layer = 0; layer < layers; ++layer)
            m_json["layer_types"].push_back(slides(layer) ? "sliding_attention" : "full_attention");
    }

    /// Every layer but each n-th, or as a list says.
    bool slides(int64_t layer) {
        const std::string name = "attention.sliding_window_pattern";
        if (m_keys.kindOf(name) != GgufType::Array) {
            const int64_t period = std::max<int64_t>(1, m_keys.integer(name, 2));
            return layer % period < period - 1;
        }
        const auto* list = m_keys.list<int64_t>(name);
        if (list && size_t(layer) >= list->size())
            m_keys.fail(name, "is shorter than the layers");
        return list && size_t(layer) < list->size() && (*list)[size_t(layer)] != 0;
    }

    void deepseek() {
        const int64_t drafts = m_keys.integer("nextn_predict_layers", 0);
        const bool sigmoid = gating() == kSigmoid;
        common(sigmoid ? "DeepseekV3ForCausalLM" : "DeepseekV2ForCausalLM",
               m_keys.integer("block_count") - drafts);
        latentAttention();
        m_json["moe_intermediate_size"] = m_keys.integer("expert_feed_forward_length");
        m_json["n_routed_experts"] = m_keys.integer("expert_count", 0);
        m_json["n_shared_experts"] = m_keys.integer("expert_shared_count", 0);
        m_json["num_experts_per_tok"] = m_keys.integer("expert_used_count", 0);
        m_json["first_k_dense_replace"] = m_keys.integer("leading_dense_block_count", 0);
        m_json["moe_layer_freq"] = 1;
        const int64_t groups = std::max<int64_t>(1, m_keys.integer("expert_group_count", 1));
        m_json["n_group"] = groups;
        m_json["topk_group"] = groups > 1 ? m_keys.integer("expert_group_used_count") : 1;
        const double scale = m_keys.number("expert_weights_scale", 1.0);
        m_json["routed_scaling_factor"] = scale == 0.0 ? 1.0 : scale;
        m_json["norm_topk_prob"] = m_keys.flag("expert_weights_norm", false);
        m_json["scoring_func"] = sigmoid ? "sigmoid" : "softmax";
        m_json["topk_method"] = sigmoid      ? "noaux_tc"
                                : groups > 1 ? "group_limited_greedy"
                                             : "greedy";
        m_json["num_nextn_predict_layers"] = drafts;
    }

    void latentAttention() {
        const int64_t rope = m_keys.integer("rope.dimension_count");
        const int64_t key =
            m_keys.integer(m_keys.has("attention.key_length_mla") ? "attention.key_length_mla"
                                                                  : "attention.key_length");
        const int64_t rank = m_keys.integer("attention.q_lora_rank", 0);
        m_json["q_lora_rank"] = rank > 0 ? ordered_json(rank) : nullptr;
        m_json["kv_lora_rank"] = m_keys.integer("attention.kv_lora_rank");
        m_json["qk_rope_head_dim"] = rope;
        m_json["qk_nope_head_dim"] = key - rope;
        m_json["v_head_dim"] =
            m_keys.integer(m_keys.has("attention.value_length_mla") ? "attention.value_length_mla"
                                                                    : "attention.value_length");
        m_json["rope_interleave"] = true;
        m_json["attention_bias"] = false;
        readGgufRope(m_keys, m_file, rope / 2, m_json);
    }

    /// Old files do not say. All of them are softmax, except GLM-4.7-Flash's, which have the
    /// correction bias that goes with a sigmoid.
    int64_t gating() {
        const int64_t known = m_keys.integer("expert_gating_func", 0);
        if (known != 0 && known != kSoftmax && known != kSigmoid)
            m_keys.fail("expert_gating_func", "is unknown", core::ErrorCode::Unsupported);
        if (known != 0)
            return known;
        const int64_t layer = m_keys.integer("leading_dense_block_count", 0);
        const std::string bias = "blk." + std::to_string(layer) + ".exp_probs_b.bias";
        return has(bias.c_str()) ? kSigmoid : kSoftmax;
    }

    const GgufFile& m_file;
    GgufKeys m_keys;
    ordered_json m_json;
};

}  // namespace

core::Result<std::string> ggufConfigJson(const GgufFile& file) {
    return ConfigWriter(file).write();
}

core::Result<std::string> ggufGenerationConfigJson(const GgufFile& file) {
    GgufKeys keys(file);
    ordered_json json = ordered_json::object();
    if (const std::vector<int64_t> ids = endTokens(keys); !ids.empty())
        json["eos_token_id"] = ids;
    constexpr std::pair<const char*, const char*> kSampling[] = {
        {"general.sampling.temp", "temperature"},
        {"general.sampling.top_p", "top_p"},
        {"general.sampling.min_p", "min_p"},
        {"general.sampling.penalty_repeat", "repetition_penalty"}};
    for (const auto& [key, field] : kSampling) {
        if (keys.has(key))
            json[field] = keys.number(key);
    }
    if (keys.has("general.sampling.top_k"))
        json["top_k"] = keys.integer("general.sampling.top_k");
    CORE_TRY(keys.status());
    return json.dump(2) + "\n";
}

}  // namespace hearth::engine
