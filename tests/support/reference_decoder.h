// A whole decoder in double precision, straight from the published definitions: Llama's blocks
// (arXiv 2302.13971, 2407.21783), Mistral's window (2310.06825), Qwen3's head norms (2505.09388),
// Mixtral's experts (2401.04088), Granite's multipliers. It shares no code with the engine: its
// settings are filled in by the test, not read from a config.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/support/reference_ops.h"

namespace hearth::test::reference {

struct DecoderRope {
    enum class Kind : uint8_t { Default, Linear, Llama3 };
    Kind kind = Kind::Default;
    double theta = 10000.0;
    double factor = 1.0;
    // Llama3
    double low_freq_factor = 1.0;
    double high_freq_factor = 4.0;
    double original_length = 8192.0;
};

struct DecoderSettings {
    int64_t layers = 1;
    int64_t heads = 1;
    int64_t kv_heads = 1;
    int64_t head_dim = 2;
    double norm_eps = 1e-6;
    DecoderRope rope;
    int64_t window = 0;            // keys a query of a sliding layer sees, its own included
    std::vector<int64_t> sliding;  // layers that have the window
    double softmax_scale = 0.0;    // 0: head_dim^-0.5
    double embedding_multiplier = 1.0;
    double residual_multiplier = 1.0;
    double logits_scaling = 1.0;  // a divisor
    int64_t experts = 0;          // of every layer; 0: dense
    int64_t experts_per_token = 0;
};

/// By Hugging Face's names; a vector is one row. Optional parts are applied where their tensors
/// exist: NAME.bias of any linear layer, q_norm and k_norm [1, head_dim], lm_head (else the
/// embedding is the head). Experts: mlp.gate, mlp.experts.E.{gate,up,down}_proj.
using DecoderTensors = std::map<std::string, Matrix>;

/// Logits [tokens, vocab] at every position of one sequence.
Matrix decoderLogits(const DecoderSettings& settings, const DecoderTensors& tensors,
                     const std::vector<int32_t>& tokens);

/// Angle per position of each of the head_dim / 2 pairs.
std::vector<double> inverseFrequencies(const DecoderRope& rope, int64_t head_dim);

}  // namespace hearth::test::reference
