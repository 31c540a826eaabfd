// A LoRA or DoRA adapter prepared for one model: low-rank additions to its linear layers, and
// factors of their outputs.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/tensor.h"

namespace hearth::engine {

/// out[:, begin:end] += scale * (x A^T) B^T. Rank 3 with the expert first for expert layers.
struct LoraDelta {
    Tensor a;  // [r, in] or [E, r, in]
    Tensor b;  // [end - begin, r] or [E, end - begin, r]
    int64_t begin = 0;
    int64_t end = 0;
    float scale = 1.0f;
};

/// kv_b_proj's addition as absorbed decode needs it; per head, kv_b's rows are [k_nope | v].
struct AbsorbedDelta {
    Tensor b_k;         // [heads, r, nope]: queries to the rank
    Tensor a_expand;    // [kv_lora_rank, r]: the rank to the latent space
    Tensor a;           // [r, kv_lora_rank]: latent context to the rank
    Tensor b_v_scaled;  // [heads, v, r]: the rank to values; scale included
    float scale = 1.0f;
    // DoRA: factors of the queries, [heads * (nope + rope)] with 1 for rope, and of the values,
    // [heads * v]; else undefined.
    Tensor query_factors;
    Tensor value_factors;
};

/// Additions of one linear layer.
struct LinearAddition {
    std::vector<LoraDelta> deltas;
    /// DoRA: what the outputs with the deltas, without bias, are multiplied by; [out] or [E, out].
    /// Else undefined.
    Tensor factors;
    Tensor factors_less_one;
    std::optional<AbsorbedDelta> absorbed;
};

/// Immutable after loading; shared by every request that uses it.
class Adapter {
public:
    /// owner: the model it was prepared for. byLinear: indexed by Linear::id.
    Adapter(const void* owner, std::vector<LinearAddition> byLinear)
        : m_owner(owner), m_byLinear(std::move(byLinear)) {}

    const LinearAddition& addition(int linearId) const { return m_byLinear[size_t(linearId)]; }
    bool belongsTo(const void* model) const { return m_owner == model; }

private:
    const void* m_owner;
    std::vector<LinearAddition> m_byLinear;
};

/// How an adapter finds a linear layer. A fused layer has several parts, each the rows
/// [begin, end) of its weight.
struct LinearTarget {
    struct Part {
        std::string module;  // "model.layers.0.mlp.gate_proj"; experts: up to ".experts."
        std::string leaf;    // experts: ".gate_proj" after the expert's number
        int64_t begin = 0;
        int64_t end = 0;
    };
    struct HeadSplit {
        int64_t heads = 0;
        int64_t nope = 0;
        int64_t v = 0;
        int64_t rope = 0;  // of a query's head; kv_b has no rows for it
    };
    std::vector<Part> parts;
    Tensor weight;  // of the layer, packed
    int64_t in = 0;
    int64_t experts = 0;              // 0: an ordinary linear layer
    bool optional = false;            // an MTP layer, which PEFT does not see
    std::optional<HeadSplit> absorb;  // kv_b_proj
};

}  // namespace hearth::engine
