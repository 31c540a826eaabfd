// A vocabulary: byte strings to ids, asked once a word, so it has to be quick.
#pragma once
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace hearth::engine {

class TokenTable {
public:
    static constexpr int32_t kNone = -1;

    /// Does nothing where the text has an id already.
    void insert(std::string_view text, int32_t id) {
        if (m_count * 2 >= m_slots.size())
            grow();
        const uint64_t hash = hashOf(text);
        const size_t slot = slotOf(text, hash);
        if (m_slots[slot].id != kNone)
            return;
        m_slots[slot] = {static_cast<uint32_t>(hash >> 32), id,
                         static_cast<uint32_t>(m_text.size()), static_cast<uint32_t>(text.size())};
        m_text += text;
        ++m_count;
        m_largestId = std::max(m_largestId, id);
    }

    /// The id, or kNone.
    int32_t find(std::string_view text) const { return m_slots[slotOf(text, hashOf(text))].id; }

    int32_t largestId() const { return m_largestId; }  // kNone of an empty table

private:
    struct Slot {
        uint32_t hash = 0;  // upper half
        int32_t id = kNone;
        uint32_t begin = 0;  // of m_text
        uint32_t size = 0;
    };

    static uint64_t mix(uint64_t hash, uint64_t value) {
        hash = (hash ^ value) * 0x9E3779B97F4A7C15u;
        return hash ^ hash >> 32;
    }

    static uint64_t load(const char* bytes, size_t size) {
        uint64_t value = 0;
        std::memcpy(&value, bytes, size);
        return value;
    }

    static uint64_t hashOf(std::string_view text) {
        const char* at = text.data();
        size_t left = text.size();
        uint64_t hash = left;
        for (; left >= 8; at += 8, left -= 8)
            hash = mix(hash, load(at, 8));
        // Two overlapping reads of a fixed size are quicker than one of any size.
        if (left >= 4)
            hash = mix(hash, load(at, 4) | load(at + left - 4, 4) << 32);
        else if (left > 0)
            hash =
                mix(hash, load(at, 1) | load(at + left / 2, 1) << 8 | load(at + left - 1, 1) << 16);
        return mix(hash, 0);
    }

    size_t slotOf(std::string_view text, uint64_t hash) const {
        const size_t mask = m_slots.size() - 1;
        size_t slot = hash & mask;
        while (m_slots[slot].id != kNone && !holds(m_slots[slot], text, hash))
            slot = (slot + 1) & mask;
        return slot;
    }

    bool holds(const Slot& slot, std::string_view text, uint64_t hash) const {
        return slot.hash == hash >> 32 && slot.size == text.size() &&
               std::memcmp(m_text.data() + slot.begin, text.data(), text.size()) == 0;
    }

    void grow() {
        std::vector<Slot> old(m_slots.size() * 2);
        old.swap(m_slots);
        for (const Slot& slot : old) {
            if (slot.id == kNone)
                continue;
            const std::string_view text(m_text.data() + slot.begin, slot.size);
            m_slots[slotOf(text, hashOf(text))] = slot;
        }
    }

    std::vector<Slot> m_slots{16};  // open addressing, a power of two, at most half full
    std::string m_text;
    size_t m_count = 0;
    int32_t m_largestId = kNone;
};

}  // namespace hearth::engine
