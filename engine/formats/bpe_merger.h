// Applies merges to the symbols of one piece of text.
#pragma once
#include <cstdint>
#include <vector>

#include "engine/formats/bpe_rules.h"

namespace hearth::engine {

/// Merges ids[first..] in place: the lowest rank first, of equal ones the leftmost.
/// O(n log n); short pieces take a way without a heap.
void mergeSymbols(const BpeRules& rules, std::vector<int32_t>& ids, size_t first);

}  // namespace hearth::engine
