// Keys and values that prefill of MLA rebuilds from the int8 cache.
//
// A U8 tensor [pages, bytes of a page of kLatentPageTokens tokens]: first the rope key, which all
// heads share, then each head's key and value. Each of these parts is laid out as one of
// latent_page.h, with scales of its own. Only expandKeys writes it and only expandedAttention reads
// it.
#pragma once
#include "engine/ops/latent_page.h"

namespace hearth::engine {

struct ExpandedShape {
    int64_t heads = 0;
    int64_t key = 0;    // values of a head, beside the rope key
    int64_t rope = 0;   // of the rope key
    int64_t value = 0;  // of a head

    /// Kernels take keys by fours and values by eights.
    constexpr bool fits() const { return key % 4 == 0 && rope % 4 == 0 && value % 8 == 0; }
    static constexpr int64_t pages(int64_t tokens) {
        return (tokens + kLatentPageTokens - 1) / kLatentPageTokens;
    }
    constexpr int64_t tokenBytes() const {
        return latentPartWidth(rope) + heads * (latentPartWidth(key) + latentPartWidth(value));
    }
    constexpr int64_t pageBytes() const { return tokenBytes() * kLatentPageTokens; }
    /// Where a head's key lies in a page, the rope key being at 0, and where its value.
    constexpr int64_t keyOffset(int64_t head) const {
        const int64_t perHead = latentPartWidth(key) + latentPartWidth(value);
        return (latentPartWidth(rope) + head * perHead) * kLatentPageTokens;
    }
    constexpr int64_t valueOffset(int64_t head) const {
        return keyOffset(head) + latentPartWidth(key) * kLatentPageTokens;
    }
};

}  // namespace hearth::engine
