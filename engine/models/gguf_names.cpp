#include "engine/models/gguf_names.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>
#include <optional>

namespace hearth::engine {
namespace {

constexpr GgufFamily kFamilies[] = {
    {"LlamaForCausalLM", "llama", "llama", true},
    {"MistralForCausalLM", "mistral", "llama", true},
    {"MixtralForCausalLM", "mixtral", "llama", true},
    {"GraniteForCausalLM", "granite", "granite", true},
    {"GraniteMoeForCausalLM", "granitemoe", "granitemoe", true},
    {"GraniteMoeSharedForCausalLM", "granitemoeshared", "granitemoe", true},
    {"Qwen2ForCausalLM", "qwen2", "qwen2"},
    {"Qwen3ForCausalLM", "qwen3", "qwen3"},
    {"Qwen3MoeForCausalLM", "qwen3_moe", "qwen3moe"},
    {"OlmoeForCausalLM", "olmoe", "olmoe"},
    {"DeepseekV2ForCausalLM", "deepseek_v2", "deepseek2"},
    {"DeepseekV3ForCausalLM", "deepseek_v3", "deepseek2"},
    {"Glm4MoeLiteForCausalLM", "glm4_moe_lite", "deepseek2"},
    {"GptOssForCausalLM", "gpt_oss", "gpt-oss"},
};

/// A name without "model.layers.N." and "blk.N."; # is the number of an expert. Where only the
/// canonical name has it, the experts are the entries of dimension 0.
struct Pattern {
    std::string_view canonical;
    std::string_view gguf;
    /// The part of a joined tensor: in it come the rows of all that share its name, in the table's
    /// order.
    bool joined = false;
    std::string_view only = "";  // general.architecture that uses it; empty: all
};

constexpr Pattern kGlobal[] = {
    {"model.embed_tokens.weight", "token_embd.weight"},
    {"model.norm.weight", "output_norm.weight"},
    {"lm_head.weight", "output.weight"},
};

constexpr Pattern kLayer[] = {
    {"input_layernorm.weight", "attn_norm.weight"},
    {"post_attention_layernorm.weight", "post_attention_norm.weight", false, "gpt-oss"},
    {"post_attention_layernorm.weight", "ffn_norm.weight"},
    {"self_attn.q_proj.weight", "attn_q.weight"},
    {"self_attn.k_proj.weight", "attn_k.weight"},
    {"self_attn.v_proj.weight", "attn_v.weight"},
    {"self_attn.q_proj.weight", "attn_qkv.weight", true},
    {"self_attn.k_proj.weight", "attn_qkv.weight", true},
    {"self_attn.v_proj.weight", "attn_qkv.weight", true},
    {"self_attn.q_proj.bias", "attn_q.bias"},
    {"self_attn.k_proj.bias", "attn_k.bias"},
    {"self_attn.v_proj.bias", "attn_v.bias"},
    {"self_attn.q_proj.bias", "attn_qkv.bias", true},
    {"self_attn.k_proj.bias", "attn_qkv.bias", true},
    {"self_attn.v_proj.bias", "attn_qkv.bias", true},
    {"self_attn.o_proj.weight", "attn_output.weight"},
    {"self_attn.o_proj.bias", "attn_output.bias"},
    {"self_attn.q_norm.weight", "attn_q_norm.weight"},
    {"self_attn.k_norm.weight", "attn_k_norm.weight"},
    {"self_attn.sinks", "attn_sinks.weight"},
    {"self_attn.q_a_proj.weight", "attn_q_a.weight"},
    {"self_attn.q_a_layernorm.weight", "attn_q_a_norm.weight"},
    {"self_attn.q_b_proj.weight", "attn_q_b.weight"},
    {"self_attn.kv_a_proj_with_mqa.weight", "attn_kv_a_mqa.weight"},
    {"self_attn.kv_a_layernorm.weight", "attn_kv_a_norm.weight"},
    {"self_attn.kv_b_proj.weight", "attn_kv_b.weight"},
    {"mlp.gate_proj.weight", "ffn_gate.weight"},
    {"mlp.up_proj.weight", "ffn_up.weight"},
    {"mlp.down_proj.weight", "ffn_down.weight"},
    {"mlp.gate_proj.bias", "ffn_gate.bias"},
    {"mlp.up_proj.bias", "ffn_up.bias"},
    {"mlp.down_proj.bias", "ffn_down.bias"},
    {"mlp.gate.weight", "ffn_gate_inp.weight"},
    {"mlp.gate.bias", "ffn_gate_inp.bias"},
    {"mlp.gate.e_score_correction_bias", "exp_probs_b.bias"},
    {"mlp.experts.#.gate_proj.weight", "ffn_gate_exps.weight"},
    {"mlp.experts.#.up_proj.weight", "ffn_up_exps.weight"},
    {"mlp.experts.#.down_proj.weight", "ffn_down_exps.weight"},
    {"mlp.experts.#.gate_proj.weight", "ffn_gate_up_exps.weight", true},
    {"mlp.experts.#.up_proj.weight", "ffn_gate_up_exps.weight", true},
    {"mlp.experts.#.gate_proj.weight", "ffn_gate.#.weight"},
    {"mlp.experts.#.up_proj.weight", "ffn_up.#.weight"},
    {"mlp.experts.#.down_proj.weight", "ffn_down.#.weight"},
    {"mlp.experts.#.gate_proj.bias", "ffn_gate_exps.bias"},
    {"mlp.experts.#.up_proj.bias", "ffn_up_exps.bias"},
    {"mlp.experts.#.down_proj.bias", "ffn_down_exps.bias"},
    {"mlp.shared_experts.gate_proj.weight", "ffn_gate_shexp.weight"},
    {"mlp.shared_experts.up_proj.weight", "ffn_up_shexp.weight"},
    {"mlp.shared_experts.down_proj.weight", "ffn_down_shexp.weight"},
    {"enorm.weight", "nextn.enorm.weight"},
    {"hnorm.weight", "nextn.hnorm.weight"},
    {"eh_proj.weight", "nextn.eh_proj.weight"},
    {"embed_tokens.weight", "nextn.embed_tokens.weight"},
    {"shared_head.norm.weight", "nextn.shared_head_norm.weight"},
    {"shared_head.head.weight", "nextn.shared_head_head.weight"},
};

/// "model.layers.3.mlp.experts.12.up_proj.weight" is layer 3, expert 12 and the pattern.
struct Canonical {
    std::string pattern;
    int64_t layer = -1;
    int64_t expert = -1;
};

/// Takes the number at `position` out of the text, putting `instead` there; -1 if there is none.
int64_t takeNumber(std::string& text, size_t position, std::string_view instead) {
    int64_t number = -1;
    const char* begin = text.data() + position;
    const auto parsed = std::from_chars(begin, text.data() + text.size(), number);
    if (parsed.ec != std::errc())
        return -1;
    text.replace(position, size_t(parsed.ptr - begin), instead);
    return number;
}

Canonical split(const std::string& name) {
    constexpr std::string_view kLayers = "model.layers.", kExperts = "mlp.experts.";
    Canonical out{name};
    if (name.starts_with(kLayers)) {
        out.pattern.erase(0, kLayers.size());
        out.layer = takeNumber(out.pattern, 0, "");
        out.pattern.erase(0, 1);  // the dot
    }
    if (out.pattern.starts_with(kExperts))
        out.expert = takeNumber(out.pattern, kExperts.size(), "#");
    return out;
}

/// Rows of the tensors that are joined with this one.
int64_t rowsOf(const ModelConfig& config, std::string_view canonical) {
    if (canonical.starts_with("self_attn.q_proj"))
        return config.num_attention_heads * config.qkHeadDim();
    if (canonical.starts_with("self_attn."))
        return config.num_key_value_heads * config.head_dim;
    return config.moe_intermediate_size;
}

void joinRows(GgufPlace& place, const Pattern& pattern, const ModelConfig& config) {
    bool before = true;
    for (const Pattern& other : kLayer) {
        if (other.gguf != pattern.gguf)
            continue;
        before = before && other.canonical != pattern.canonical;
        place.stored_rows += rowsOf(config, other.canonical);
        if (before)
            place.row_begin += rowsOf(config, other.canonical);
    }
}

GgufPlace placeBy(const Pattern& pattern, const Canonical& name, const ModelConfig& config) {
    GgufPlace place;
    place.name = pattern.gguf;
    if (const size_t number = place.name.find('#'); number != std::string::npos)
        place.name.replace(number, 1, std::to_string(name.expert));
    else
        place.expert = name.expert;
    if (name.layer >= 0)
        place.name.insert(0, "blk." + std::to_string(name.layer) + ".");
    if (pattern.joined)
        joinRows(place, pattern, config);
    return place;
}

}  // namespace

std::span<const GgufFamily> ggufFamilies() {
    return kFamilies;
}

const GgufFamily* findGgufFamily(const std::string& architecture) {
    const auto* found = std::ranges::find_if(
        kFamilies, [&](const GgufFamily& family) { return architecture == family.architecture; });
    return found == std::end(kFamilies) ? nullptr : found;
}

std::vector<GgufPlace> ggufPlaces(const ModelConfig& config, const TensorSpec& spec) {
    const GgufFamily* family = findGgufFamily(config.architecture);
    CORE_ASSERT(family != nullptr);
    const Canonical name = split(spec.name);
    std::vector<GgufPlace> places;
    for (const Pattern& pattern :
         name.layer < 0 ? std::span<const Pattern>(kGlobal) : std::span<const Pattern>(kLayer)) {
        if (pattern.canonical == name.pattern &&
            (pattern.only.empty() || pattern.only == family->gguf))
            places.push_back(placeBy(pattern, name, config));
    }
    return places;
}

std::optional<GgufSplitKv> ggufSplitKv(const std::string& canonical) {
    const Canonical name = split(canonical);
    if (name.pattern != "self_attn.kv_b_proj.weight")
        return std::nullopt;
    const std::string layer = "blk." + std::to_string(name.layer) + ".";
    return GgufSplitKv{layer + "attn_k_b.weight", layer + "attn_v_b.weight"};
}

std::vector<int32_t> ggufRowOrder(const ModelConfig& config, const TensorSpec& spec) {
    const GgufFamily* family = findGgufFamily(config.architecture);
    const std::string pattern = split(spec.name).pattern;
    if (!family || !family->paired ||
        !(pattern.starts_with("self_attn.q_proj.") || pattern.starts_with("self_attn.k_proj.")))
        return {};
    const int64_t head = config.head_dim;
    std::vector<int32_t> order;
    order.reserve(size_t(spec.shape[0]));
    for (int64_t row = 0; row < spec.shape[0]; ++row) {
        const int64_t inHead = row % head;
        const int64_t half = inHead / (head / 2);  // of the pair: 0 or 1
        order.push_back(int32_t(row - inHead + 2 * (inHead % (head / 2)) + half));
    }
    return order;
}

double ggufLatentScale(const ModelConfig& config) {
    if (!config.latent() || float(config.rms_norm_eps) == kMlaNormEps)
        return 1.0;
    // x / sqrt(mean(x^2) + 1e-6) = s x / sqrt(mean((s x)^2) + rms_norm_eps); rounded as it is kept.
    return float(std::sqrt(config.rms_norm_eps / double(kMlaNormEps)));
}

int64_t ggufScaledRows(const ModelConfig& config, const TensorSpec& spec) {
    const std::string pattern = split(spec.name).pattern;
    if (pattern == "self_attn.q_a_proj.weight")
        return spec.shape[0];
    return pattern == "self_attn.kv_a_proj_with_mqa.weight" ? config.kv_lora_rank : 0;
}

}  // namespace hearth::engine
