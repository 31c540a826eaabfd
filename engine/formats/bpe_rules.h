// The merges of a BPE model: which two tokens become one, and in which order.
#pragma once
#include <cstdint>
#include <vector>

namespace hearth::engine {

struct BpeMerge {
    int32_t left = 0;
    int32_t right = 0;
    int32_t result = 0;
};

class BpeRules {
public:
    static constexpr uint32_t kNever = ~uint32_t{0};
    struct Rule {
        uint32_t rank = kNever;  // the lowest is applied first
        int32_t result = 0;
    };

    /// merges: the first is applied first. A pair listed twice keeps its last place, as in Hugging
    /// Face's map of merges.
    explicit BpeRules(const std::vector<BpeMerge>& merges);

    /// rank is kNever where the two don't merge.
    Rule find(int32_t left, int32_t right) const {
        const uint64_t pair = pairOf(left, right);
        const size_t mask = m_slots.size() - 1;
        size_t slot = hashOf(pair) & mask;
        while (m_slots[slot].pair != pair) {
            if (m_slots[slot].pair == kFree)
                return {};
            slot = (slot + 1) & mask;
        }
        return m_slots[slot].rule;
    }

private:
    static constexpr uint64_t kFree = ~uint64_t{0};
    struct Slot {
        uint64_t pair = kFree;
        Rule rule;
    };

    static uint64_t pairOf(int32_t left, int32_t right) {
        return uint64_t{static_cast<uint32_t>(left)} << 32 | static_cast<uint32_t>(right);
    }
    static size_t hashOf(uint64_t pair) {
        return static_cast<size_t>((pair * 0x9E3779B97F4A7C15u) >> 20);
    }

    std::vector<Slot> m_slots;  // open addressing, a power of two, at most half full
};

}  // namespace hearth::engine
