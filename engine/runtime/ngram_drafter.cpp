#include "engine/runtime/ngram_drafter.h"

#include <algorithm>

#include "engine/runtime/random.h"

namespace hearth::engine {
namespace {

/// Of the tokens before `end`. A collision costs a wrong draft, which the target refuses.
uint64_t keyAt(std::span<const int32_t> tokens, size_t end) {
    uint64_t key = 0;
    for (size_t i = end - NgramDrafter::kTokens; i < end; ++i)
        key = mixBits(key ^ uint64_t(uint32_t(tokens[i])));
    return key;
}

}  // namespace

std::vector<int32_t> NgramDrafter::draft(std::span<const int32_t> tokens, int64_t count) {
    for (; m_indexed < tokens.size(); ++m_indexed)
        m_after[keyAt(tokens, m_indexed)] = m_indexed;
    if (tokens.size() < kTokens || count <= 0)
        return {};
    const auto found = m_after.find(keyAt(tokens, tokens.size()));
    if (found == m_after.end())
        return {};
    const auto rest = tokens.subspan(found->second);
    const auto draft = rest.first(std::min(rest.size(), size_t(count)));
    return {draft.begin(), draft.end()};
}

}  // namespace hearth::engine
