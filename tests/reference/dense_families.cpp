#include "tests/reference/dense_families.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <random>

namespace hearth::reference {
namespace {

using test::reference::DecoderRope;
using test::reference::DecoderTensors;
using test::reference::Matrix;

constexpr int64_t kTokens = 75;  // three pages of the cache, the last one in part
constexpr int64_t kWindow = 9;
constexpr double kEps = 0.01;  // large enough that a wrong one shows

class Draw {
public:
    explicit Draw(uint32_t seed) : m_random(seed) {}
    int64_t from(const std::vector<int64_t>& choices) {
        return choices[size_t(between(0, int64_t(choices.size()) - 1))];
    }
    int64_t between(int64_t least, int64_t most) {
        return least + int64_t(m_random() % uint32_t(most - least + 1));
    }
    /// Floats, so that the engine gets exactly these values.
    Matrix normal(int64_t rows, int64_t columns, double mean, double deviation) {
        std::normal_distribution<float> values{float(mean), float(deviation)};
        Matrix m(rows, columns);
        for (double& value : m.values)
            value = double(values(m_random));
        return m;
    }

private:
    std::mt19937 m_random;
};

struct Sizes {
    int64_t vocab, hidden, inner, layers, heads, kv_heads, head_dim;
};

Sizes drawSizes(Draw& draw, const nlohmann::json& config) {
    Sizes s{};
    s.vocab = draw.between(50, 90);
    s.inner = draw.between(24, 70);
    s.layers = draw.between(2, 3);
    s.kv_heads = draw.between(1, 3);
    s.heads = s.kv_heads * draw.between(1, 3);
    s.head_dim = draw.from({12, 16, 20});
    if (!config.contains("num_key_value_heads"))
        s.kv_heads = s.heads;
    s.hidden = config.contains("head_dim") ? draw.between(30, 70) : s.heads * s.head_dim;
    return s;
}

/// Only what the family writes: a key that it leaves out stays out.
void putIn(nlohmann::json& config, const char* key, int64_t value) {
    if (config.contains(key) && !config[key].is_null())
        config[key] = value;
}

void putSizes(nlohmann::json& config, const Sizes& s) {
    putIn(config, "vocab_size", s.vocab);
    putIn(config, "hidden_size", s.hidden);
    putIn(config, "intermediate_size", s.inner);
    putIn(config, "num_hidden_layers", s.layers);
    putIn(config, "num_attention_heads", s.heads);
    putIn(config, "num_key_value_heads", s.kv_heads);
    putIn(config, "head_dim", s.head_dim);
    putIn(config, "max_position_embeddings", 256);
    putIn(config, "sliding_window", kWindow);
    putIn(config, "max_window_layers", 1);
    putIn(config, "bos_token_id", 0);
    putIn(config, "eos_token_id", 1);
    config["rms_norm_eps"] = kEps;
    for (const char* key : {"rope_scaling", "rope_parameters"}) {
        if (config.contains(key) && config[key].is_object())
            putIn(config[key], "original_max_position_embeddings", 64);
    }
}

class TensorMaker {
public:
    TensorMaker(Draw& draw, DecoderTensors& out) : m_draw(draw), m_out(out) {}
    void linear(const std::string& name, int64_t out, int64_t in, bool bias) {
        m_out[name + ".weight"] = m_draw.normal(out, in, 0.0, 1 / std::sqrt(double(in)));
        if (bias)
            m_out[name + ".bias"] = m_draw.normal(1, out, 0.0, 0.5);
    }
    void norm(const std::string& name, int64_t width) {
        m_out[name + ".weight"] = m_draw.normal(1, width, 1.0, 0.3);
    }

private:
    Draw& m_draw;
    DecoderTensors& m_out;
};

void drawLayer(TensorMaker& make, const DenseFamily& family, const Sizes& s, int64_t layer) {
    const std::string prefix = "model.layers." + std::to_string(layer) + ".";
    const std::string attention = prefix + "self_attn.";
    make.norm(prefix + "input_layernorm", s.hidden);
    make.linear(attention + "q_proj", s.heads * s.head_dim, s.hidden, family.qkv_bias);
    make.linear(attention + "k_proj", s.kv_heads * s.head_dim, s.hidden, family.qkv_bias);
    make.linear(attention + "v_proj", s.kv_heads * s.head_dim, s.hidden, family.qkv_bias);
    make.linear(attention + "o_proj", s.hidden, s.heads * s.head_dim, family.o_bias);
    if (family.head_norms) {
        make.norm(attention + "q_norm", s.head_dim);
        make.norm(attention + "k_norm", s.head_dim);
    }
    make.norm(prefix + "post_attention_layernorm", s.hidden);
    make.linear(prefix + "mlp.gate_proj", s.inner, s.hidden, family.mlp_bias);
    make.linear(prefix + "mlp.up_proj", s.inner, s.hidden, family.mlp_bias);
    make.linear(prefix + "mlp.down_proj", s.hidden, s.inner, family.mlp_bias);
}

}  // namespace

DenseModel drawModel(const DenseFamily& family, uint32_t seed) {
    Draw draw(seed);
    auto config = nlohmann::json::parse(family.config);
    const Sizes s = drawSizes(draw, config);
    putSizes(config, s);
    DenseModel model{config.dump(2), family.settings, {}, {}};
    model.settings.layers = s.layers;
    model.settings.heads = s.heads;
    model.settings.kv_heads = s.kv_heads;
    model.settings.head_dim = s.head_dim;
    model.settings.norm_eps = kEps;
    std::erase_if(model.settings.sliding, [&](int64_t layer) { return layer >= s.layers; });
    // As small as trained ones are: Granite's multiplier makes them as large as its branches.
    model.tensors["model.embed_tokens.weight"] = draw.normal(s.vocab, s.hidden, 0.0, 0.05);
    TensorMaker make(draw, model.tensors);
    for (int64_t layer = 0; layer < s.layers; ++layer)
        drawLayer(make, family, s, layer);
    make.norm("model.norm", s.hidden);
    if (!family.tied)
        make.linear("lm_head", s.vocab, s.hidden, false);
    for (int64_t t = 0; t < kTokens; ++t)
        model.tokens.push_back(int32_t(draw.between(0, s.vocab - 1)));
    return model;
}

std::unique_ptr<engine::WeightSource> checkpoint(const DecoderTensors& tensors) {
    std::vector<std::vector<float>> values;
    values.reserve(tensors.size());
    std::vector<engine::TensorToWrite> list;
    for (const auto& [name, m] : tensors) {
        values.emplace_back(m.values.begin(), m.values.end());
        const bool vector = name.ends_with("norm.weight") || name.ends_with(".bias");
        list.push_back({name, engine::DType::F32,
                        vector ? std::vector{m.columns} : std::vector{m.rows, m.columns},
                        std::as_bytes(std::span(values.back()))});
    }
    return engine::parseSafetensors(engine::serializeSafetensors(list), "drawn").valueOrThrow();
}

std::vector<Mistake> mistakes(const DenseFamily& family) {
    std::vector<Mistake> list;
    const auto add = [&](bool applies, std::string what, std::function<void(DenseModel&)> make) {
        if (applies)
            list.push_back({std::move(what), std::move(make)});
    };
    const auto without = [&](bool applies, const std::string& ending) {
        add(applies, "no " + ending, [ending](DenseModel& m) {
            std::erase_if(m.tensors, [&](const auto& t) { return t.first.ends_with(ending); });
        });
    };
    for (const char* name : {"q_proj.bias", "k_proj.bias", "v_proj.bias"})
        without(family.qkv_bias, name);
    without(family.o_bias, "o_proj.bias");
    for (const char* name : {"gate_proj.bias", "up_proj.bias", "down_proj.bias"})
        without(family.mlp_bias, name);
    for (const char* name : {"q_norm.weight", "k_norm.weight"})
        without(family.head_norms, name);
    without(!family.tied, "lm_head.weight");

    const auto& s = family.settings;
    const bool slides = s.window > 0;
    add(slides, "no window", [](DenseModel& m) { m.settings.window = 0; });
    add(slides, "window + 1", [](DenseModel& m) { ++m.settings.window; });
    add(slides && s.sliding.front() > 0, "all layers slide", [](DenseModel& m) {
        m.settings.sliding = {0, 1, 2};
    });
    add(!slides, "a window", [](DenseModel& m) {
        m.settings.window = kWindow;
        m.settings.sliding = {0, 1, 2};
    });
    add(s.rope.kind != DecoderRope::Kind::Default, "unscaled rope",
        [](DenseModel& m) { m.settings.rope.kind = DecoderRope::Kind::Default; });
    add(s.rope.kind == DecoderRope::Kind::Llama3, "linear rope",
        [](DenseModel& m) { m.settings.rope.kind = DecoderRope::Kind::Linear; });
    add(s.rope.kind == DecoderRope::Kind::Llama3, "narrower blend of frequencies",
        [](DenseModel& m) { m.settings.rope.high_freq_factor *= 0.75; });
    add(true, "another family's rope_theta",
        [](DenseModel& m) { m.settings.rope.theta = m.settings.rope.theta > 1e4 ? 1e4 : 1e6; });
    add(true, "another rms_norm_eps", [](DenseModel& m) { m.settings.norm_eps = 1e-6; });
    add(s.softmax_scale != 0, "no attention_multiplier",
        [](DenseModel& m) { m.settings.softmax_scale = 0; });
    add(s.embedding_multiplier != 1, "no embedding_multiplier",
        [](DenseModel& m) { m.settings.embedding_multiplier = 1; });
    add(s.residual_multiplier != 1, "no residual_multiplier",
        [](DenseModel& m) { m.settings.residual_multiplier = 1; });
    add(s.logits_scaling != 1, "no logits_scaling",
        [](DenseModel& m) { m.settings.logits_scaling = 1; });
    return list;
}

}  // namespace hearth::reference
