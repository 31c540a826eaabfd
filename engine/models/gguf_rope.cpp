#include "engine/models/gguf_rope.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numbers>

#include "engine/models/gguf_names.h"

namespace hearth::engine {
namespace {

using nlohmann::ordered_json;

/// Ours: llama.cpp has no word for it.
constexpr const char* kTruncate = "rope.scaling.hearth_truncate";

constexpr double kLowFreqFactor = 1.0;  // of every published Llama 3
constexpr double kHighFreqFactor = 4.0;

/// yarn's factor on cos and sin when the config does not give one.
double yarnMagnitude(double factor) {
    return factor <= 1.0 ? 1.0 : 0.1 * std::log(factor) + 1.0;
}

struct Llama3 {
    double factor = 8.0;
    double low = kLowFreqFactor;
    double high = kHighFreqFactor;
    double context = 8192.0;
};

double wavelength(double theta, int64_t pair, int64_t pairs) {
    return 2.0 * std::numbers::pi * std::pow(theta, double(pair) / double(pairs));
}

/// By what the pair's angle is divided.
double llama3Factor(const Llama3& scaling, double wave) {
    if (wave < scaling.context / scaling.high)
        return 1.0;
    if (wave > scaling.context / scaling.low)
        return scaling.factor;
    const double smooth = (scaling.context / wave - scaling.low) / (scaling.high - scaling.low);
    return 1.0 / ((1.0 - smooth) / scaling.factor + smooth);
}

/// The scaling that gives these factors, if one does. The converter computes them in F32 through
/// a wavelength; 1e-4 is far above that error and below what another integer context would give.
std::optional<Llama3> solveLlama3(const std::vector<float>& factors, double theta) {
    const int64_t pairs = int64_t(factors.size());
    Llama3 out;
    out.factor = shortestDouble(*std::ranges::max_element(factors));
    for (int64_t i = 0; i < pairs; ++i) {
        const double f = factors[size_t(i)];
        if (f <= 1.0 || f >= out.factor)
            continue;
        const double smooth = (out.factor / f - 1.0) / (out.factor - 1.0);
        out.context =
            std::round(wavelength(theta, i, pairs) * (smooth * (out.high - out.low) + out.low));
        break;
    }
    for (int64_t i = 0; i < pairs; ++i) {
        const double expected = llama3Factor(out, wavelength(theta, i, pairs));
        if (std::abs(factors[size_t(i)] - expected) > 1e-4 * expected)
            return std::nullopt;
    }
    return out;
}

ordered_json scalingOfFactors(const std::vector<float>& factors, double theta, int64_t positions) {
    if (const auto llama3 = solveLlama3(factors, theta))
        return {{"rope_type", "llama3"},
                {"factor", llama3->factor},
                {"low_freq_factor", llama3->low},
                {"high_freq_factor", llama3->high},
                {"original_max_position_embeddings", int64_t(llama3->context)}};
    return {{"rope_type", "longrope"},
            {"short_factor", factors},
            {"long_factor", factors},
            {"attention_factor", 1.0},
            {"original_max_position_embeddings", positions}};
}

ordered_json yarn(GgufKeys& keys) {
    const double factor = keys.number("rope.scaling.factor");
    ordered_json json = {
        {"type", "yarn"},
        {"factor", factor},
        {"original_max_position_embeddings", keys.integer("rope.scaling.original_context_length")},
        {"beta_fast", keys.number("rope.scaling.yarn_beta_fast", 32.0)},
        {"beta_slow", keys.number("rope.scaling.yarn_beta_slow", 1.0)}};
    if (keys.has("rope.scaling.yarn_log_multiplier")) {
        // The converter writes a tenth of mscale_all_dim and leaves mscale out, which equals it in
        // every published model. Six digits: the tenth was rounded to F32.
        const double tenth = keys.number("rope.scaling.yarn_log_multiplier");
        const double mscale = std::round(tenth * 1e7) / 1e6;
        json["mscale"] = mscale;
        json["mscale_all_dim"] = mscale;
    }
    const double attention = keys.number("rope.scaling.attn_factor", 1.0);
    if (attention != 1.0)
        json["attention_factor"] = attention * yarnMagnitude(factor);
    // llama.cpp rounds the ramp's bounds, but gpt-oss was made with those that are not.
    json["truncate"] = keys.flag(kTruncate, keys.architecture() != "gpt-oss");
    return json;
}

ordered_json scaling(GgufKeys& keys, const GgufFile& file, int64_t pairs, double theta) {
    const std::string type = keys.text("rope.scaling.type", "linear");
    if (const StoredTensor* factors = file.find("rope_freqs.weight")) {
        const bool good = factors->dtype == DType::F32 && factors->codec == Codec::Plain &&
                          factors->shape == std::vector<int64_t>{pairs};
        const std::vector<float> values = good ? factors->toFloats() : std::vector<float>();
        if (!good || !std::ranges::all_of(values, [](float f) { return f > 0.0f && f < 1e6f; }))
            return keys.fail("rope.dimension_count", "does not fit rope_freqs.weight"), nullptr;
        return scalingOfFactors(values, theta, keys.integer("context_length"));
    }
    if (type == "yarn")
        return yarn(keys);
    const double factor = keys.number("rope.scaling.factor", keys.number("rope.scale_linear", 1.0));
    if (type == "none" || (type == "linear" && (factor == 1.0 || factor == 0.0)))
        return nullptr;
    if (type != "linear")
        keys.fail("rope.scaling.type", "is " + type + ", which Hearth cannot import from GGUF",
                  core::ErrorCode::Unsupported);
    return {{"rope_type", "linear"}, {"factor", factor}};
}

core::Error unsupported(const std::string& what) {
    return {core::ErrorCode::Unsupported, "GGUF cannot hold this model: " + what, ""};
}

void exportYarn(const ModelConfig& config, const std::string& prefix, GgufRope& out) {
    const RopeScaling& yarn = *config.rope_scaling;
    const std::string scaling = prefix + "rope.scaling.";
    out.keys[scaling + "type"] = GgufValue::text("yarn");
    out.keys[scaling + "factor"] = GgufValue::f32(yarn.factor);
    out.keys[scaling + "original_context_length"] =
        GgufValue::u32(yarn.original_max_position_embeddings);
    if (yarn.beta_fast != 32.0 || yarn.beta_slow != 1.0) {
        out.keys[scaling + "yarn_beta_fast"] = GgufValue::f32(yarn.beta_fast);
        out.keys[scaling + "yarn_beta_slow"] = GgufValue::f32(yarn.beta_slow);
        out.notes.push_back("llama.cpp may use yarn's beta 32 and 1 instead of the model's");
    }
    out.keys[prefix + kTruncate] = GgufValue::flag(yarn.truncate);
    if (!yarn.truncate)
        out.notes.push_back("llama.cpp rounds the bounds of yarn's ramp, which the model does not");
    if (yarn.attention_factor)
        out.keys[scaling + "attn_factor"] =
            GgufValue::f32(*yarn.attention_factor / yarnMagnitude(yarn.factor));
    if (yarn.mscale_all_dim != 0.0)
        out.keys[scaling + "yarn_log_multiplier"] = GgufValue::f32(0.1 * yarn.mscale_all_dim);
    if (config.latent() && (yarn.mscale != yarn.mscale_all_dim || yarn.mscale == 0.0))
        out.notes.push_back("llama.cpp takes yarn's mscale to equal mscale_all_dim, which differs");
}

core::Status exportFactors(const ModelConfig& config, GgufRope& out) {
    const std::string family = findGgufFamily(config.architecture)->gguf;
    if (family != "llama" && family != "granite" && family != "granitemoe")
        return unsupported("llama.cpp reads no factors of rotary pairs for " + family);
    const RopeScaling& scaling = *config.rope_scaling;
    const int64_t pairs = config.ropeDim() / 2;
    if (scaling.type == RopeScaling::Type::Longrope) {
        if (scaling.short_factor != scaling.long_factor || scaling.attention_factor != 1.0)
            return unsupported("longrope's factors depend on the length of a text");
        out.factors.assign(scaling.short_factor.begin(), scaling.short_factor.end());
        return {};
    }
    const Llama3 llama3{scaling.factor, scaling.low_freq_factor, scaling.high_freq_factor,
                        double(scaling.original_max_position_embeddings)};
    for (int64_t i = 0; i < pairs; ++i)
        out.factors.push_back(float(llama3Factor(llama3, wavelength(config.rope_theta, i, pairs))));
    return {};
}

}  // namespace

void readGgufRope(GgufKeys& keys, const GgufFile& file, int64_t pairs, ordered_json& json) {
    const double theta = keys.number("rope.freq_base", 10000.0);
    json["rope_theta"] = theta;
    json["rope_scaling"] = scaling(keys, file, pairs, theta);
}

core::Result<GgufRope> ggufRope(const ModelConfig& config, const std::string& prefix) {
    GgufRope out;
    out.keys[prefix + "rope.freq_base"] = GgufValue::f32(config.rope_theta);
    out.keys[prefix + "rope.dimension_count"] = GgufValue::u32(config.ropeDim());
    if (!config.rope_scaling)
        return out;
    switch (config.rope_scaling->type) {
        case RopeScaling::Type::Linear:
            out.keys[prefix + "rope.scaling.type"] = GgufValue::text("linear");
            out.keys[prefix + "rope.scaling.factor"] = GgufValue::f32(config.rope_scaling->factor);
            break;
        case RopeScaling::Type::Yarn:
            exportYarn(config, prefix, out);
            break;
        case RopeScaling::Type::Llama3:
        case RopeScaling::Type::Longrope:
            CORE_TRY(exportFactors(config, out));
            break;
    }
    return out;
}

}  // namespace hearth::engine
