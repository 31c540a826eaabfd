#include "engine/formats/bpe_rules.h"

#include <bit>

namespace hearth::engine {

BpeRules::BpeRules(const std::vector<BpeMerge>& merges)
    : m_slots(std::bit_ceil(merges.size() * 2 + 1)) {
    const size_t mask = m_slots.size() - 1;
    uint32_t rank = 0;
    for (const BpeMerge& merge : merges) {
        const uint64_t pair = pairOf(merge.left, merge.right);
        size_t slot = hashOf(pair) & mask;
        while (m_slots[slot].pair != kFree && m_slots[slot].pair != pair)
            slot = (slot + 1) & mask;
        m_slots[slot] = {pair, {rank++, merge.result}};
    }
}

}  // namespace hearth::engine
