// Keys and values of a prompt in prefill (engine/ops/expanded_page.h), kept from chunk to chunk.
#pragma once
#include <cstdint>
#include <vector>

#include "engine/ops/expanded_page.h"
#include "engine/tensor.h"

namespace hearth::engine {

struct ModelConfig;

/// Of one sequence, in as many of its first layers as there is room for. They are what the cache's
/// rows give, so that a layer that rebuilds them has the same bits.
struct ExpandedKeys {
    int64_t capacity = 0;        // tokens
    int64_t tokens = 0;          // that every layer here has
    std::vector<Tensor> layers;  // made by the first step
};

/// Whether prefill of this model over a cache of this type expands keys.
bool expandsKeys(const ModelConfig& config, DType cache_dtype);
ExpandedShape expandedShape(const ModelConfig& config);

}  // namespace hearth::engine
