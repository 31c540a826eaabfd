// Keys and values that prefill of MLA rebuilds from the int8 cache.
//
// A U8 tensor [pages * heads * kLatentPageTokens, width]: the heads' blocks of a page of tokens lie
// side by side, pages in order. A block has three parts, each laid out as one of latent_page.h with
// scales of its own: the head's key, the rope key (the same for every head), the head's value.
// Only expandKeys writes it and only expandedAttention reads it.
#pragma once
#include "engine/ops/latent_page.h"

namespace hearth::engine {

/// Of a head: what it adds to the rope key that all share, the rope key, the value.
struct ExpandedWidths {
    int64_t key = 0;
    int64_t rope = 0;
    int64_t value = 0;

    /// Columns of the tensor.
    constexpr int64_t row() const {
        return latentPartWidth(key) + latentPartWidth(rope) + latentPartWidth(value);
    }
    /// Kernels take keys by fours and values by eights.
    constexpr bool fit() const { return key % 4 == 0 && rope % 4 == 0 && value % 8 == 0; }
};

constexpr int64_t expandedRows(int64_t tokens, int64_t heads) {
    return (tokens + kLatentPageTokens - 1) / kLatentPageTokens * heads * kLatentPageTokens;
}

}  // namespace hearth::engine
