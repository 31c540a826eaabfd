#include "tests/support/reference_decoder.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace hearth::test::reference {
namespace {

/// How Llama 3.1 stretches: wavelengths above original / low are divided by factor, those below
/// original / high kept, and between them the two are mixed by how often a wave fits.
double llama3Frequency(const DecoderRope& rope, double frequency) {
    const double waves = rope.original_length * frequency / (2 * std::numbers::pi);
    const double kept = std::clamp(
        (waves - rope.low_freq_factor) / (rope.high_freq_factor - rope.low_freq_factor), 0.0, 1.0);
    return kept * frequency + (1 - kept) * frequency / rope.factor;
}

class Decoder {
public:
    Decoder(const DecoderSettings& settings, const DecoderTensors& tensors)
        : s(settings), m_tensors(tensors), m_frequencies(inverseFrequencies(s.rope, s.head_dim)) {}

    Matrix logits(const std::vector<int32_t>& tokens) const {
        Matrix x = embed(tokens);
        for (int64_t layer = 0; layer < s.layers; ++layer) {
            const std::string prefix = "model.layers." + std::to_string(layer) + ".";
            addScaled(x, attentionBlock(normed(x, prefix + "input_layernorm"), layer, prefix));
            const Matrix h = normed(x, prefix + "post_attention_layernorm");
            addScaled(x, s.experts > 0 ? moe(h, prefix + "mlp.") : mlp(h, prefix + "mlp."));
        }
        const bool tied = !m_tensors.contains("lm_head.weight");
        Matrix result = matmul(normed(x, "model.norm"),
                               m_tensors.at(tied ? "model.embed_tokens.weight" : "lm_head.weight"));
        for (double& logit : result.values)
            logit /= s.logits_scaling;
        return result;
    }

private:
    Matrix embed(const std::vector<int32_t>& tokens) const {
        const Matrix& table = m_tensors.at("model.embed_tokens.weight");
        Matrix x(int64_t(tokens.size()), table.columns);
        for (int64_t t = 0; t < x.rows; ++t) {
            for (int64_t i = 0; i < x.columns; ++i)
                x.at(t, i) = s.embedding_multiplier * table.at(tokens[size_t(t)], i);
        }
        return x;
    }

    void addScaled(Matrix& x, const Matrix& branch) const {
        for (size_t i = 0; i < x.values.size(); ++i)
            x.values[i] += s.residual_multiplier * branch.values[i];
    }

    Matrix normed(const Matrix& x, const std::string& name) const {
        return rmsNorm(x, m_tensors.at(name + ".weight").values, s.norm_eps);
    }

    Matrix linear(const Matrix& x, const std::string& name) const {
        Matrix y = matmul(x, m_tensors.at(name + ".weight"));
        const auto bias = m_tensors.find(name + ".bias");
        if (bias == m_tensors.end())
            return y;
        for (int64_t t = 0; t < y.rows; ++t) {
            for (int64_t i = 0; i < y.columns; ++i)
                y.at(t, i) += bias->second.at(0, i);
        }
        return y;
    }

    /// One head of a projection, normalised where the model does so, and turned.
    Matrix turnedHead(const Matrix& projection, int64_t head, const std::string& norm) const {
        Matrix x = projection.slice(head * s.head_dim, (head + 1) * s.head_dim);
        if (m_tensors.contains(norm + ".weight"))
            x = normed(x, norm);
        const int64_t half = s.head_dim / 2;
        for (int64_t t = 0; t < x.rows; ++t) {
            for (int64_t j = 0; j < half; ++j) {
                const double angle = double(t) * m_frequencies[size_t(j)];
                const double a = x.at(t, j), b = x.at(t, j + half);
                x.at(t, j) = a * std::cos(angle) - b * std::sin(angle);
                x.at(t, j + half) = a * std::sin(angle) + b * std::cos(angle);
            }
        }
        return x;
    }

    Matrix attentionBlock(const Matrix& x, int64_t layer, const std::string& prefix) const {
        const std::string name = prefix + "self_attn.";
        const Matrix q = linear(x, name + "q_proj"), k = linear(x, name + "k_proj"),
                     v = linear(x, name + "v_proj");
        const bool slides = std::ranges::find(s.sliding, layer) != s.sliding.end();
        const AttentionSettings settings{
            .scale = s.softmax_scale > 0 ? s.softmax_scale : 1 / std::sqrt(double(s.head_dim)),
            .window = slides ? s.window : 0};
        Matrix joined(x.rows, s.heads * s.head_dim);
        for (int64_t head = 0; head < s.heads; ++head) {
            const int64_t shared = head / (s.heads / s.kv_heads);
            const Matrix values = v.slice(shared * s.head_dim, (shared + 1) * s.head_dim);
            const Matrix out = attention(turnedHead(q, head, name + "q_norm"),
                                         turnedHead(k, shared, name + "k_norm"), values, settings)
                                   .out;
            for (int64_t t = 0; t < x.rows; ++t) {
                for (int64_t i = 0; i < s.head_dim; ++i)
                    joined.at(t, head * s.head_dim + i) = out.at(t, i);
            }
        }
        return linear(joined, name + "o_proj");
    }

    Matrix mlp(const Matrix& x, const std::string& name) const {
        Matrix gate = linear(x, name + "gate_proj");
        const Matrix up = linear(x, name + "up_proj");
        for (size_t i = 0; i < gate.values.size(); ++i)
            gate.values[i] *= up.values[i] / (1 + std::exp(-gate.values[i]));
        return linear(gate, name + "down_proj");
    }

    /// Softmax over all experts, the best ones chosen, their shares made to sum to one.
    Matrix moe(const Matrix& x, const std::string& name) const {
        const Matrix scores = linear(x, name + "gate");
        Matrix out(x.rows, x.columns);
        for (int64_t t = 0; t < x.rows; ++t) {
            const Matrix row = scores.rowSlice(t, t + 1);
            const RouterResult chosen =
                router(row.values, {},
                       {.softmax = true, .k = s.experts_per_token, .norm_topk_prob = true});
            for (size_t j = 0; j < chosen.experts.size(); ++j) {
                const std::string expert =
                    name + "experts." + std::to_string(chosen.experts[j]) + ".";
                const Matrix y = mlp(x.rowSlice(t, t + 1), expert);
                for (int64_t i = 0; i < x.columns; ++i)
                    out.at(t, i) += chosen.weights[j] * y.at(0, i);
            }
        }
        return out;
    }

    const DecoderSettings& s;
    const DecoderTensors& m_tensors;
    std::vector<double> m_frequencies;
};

}  // namespace

std::vector<double> inverseFrequencies(const DecoderRope& rope, int64_t head_dim) {
    std::vector<double> frequencies;
    for (int64_t pair = 0; pair < head_dim / 2; ++pair) {
        double frequency = std::pow(rope.theta, -double(2 * pair) / double(head_dim));
        if (rope.kind == DecoderRope::Kind::Linear)
            frequency /= rope.factor;
        if (rope.kind == DecoderRope::Kind::Llama3)
            frequency = llama3Frequency(rope, frequency);
        frequencies.push_back(frequency);
    }
    return frequencies;
}

Matrix decoderLogits(const DecoderSettings& settings, const DecoderTensors& tensors,
                     const std::vector<int32_t>& tokens) {
    return Decoder(settings, tensors).logits(tokens);
}

}  // namespace hearth::test::reference
