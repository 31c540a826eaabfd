// A set of byte strings, asked for those that begin a text.
#pragma once
#include <bit>
#include <cstdint>
#include <string_view>
#include <vector>

namespace hearth::engine {

class ByteTrie {
public:
    static constexpr int32_t kNone = -1;

    /// The last value of a key counts. REQUIRES: a key that isn't empty; value >= 0.
    void insert(std::string_view key, int32_t value) {
        uint32_t node = kRoot;
        for (const char byte : key)
            node = childOrNew(node, byte);
        m_values[node] = value;
    }

    /// visit(length, value) for each key that `text` begins with, the shortest first.
    template <typename Visit>
    void prefixesOf(std::string_view text, Visit visit) const {
        uint32_t node = kRoot;
        for (size_t i = 0; i < text.size(); ++i) {
            node = m_edges[slotOf(keyOf(node, text[i]))].child;
            if (node == kRoot)
                return;
            if (m_values[node] != kNone)
                visit(i + 1, m_values[node]);
        }
    }

private:
    static constexpr uint32_t kRoot = 0;
    static constexpr uint64_t kFree = ~uint64_t{0};
    struct Edge {
        uint64_t key = kFree;
        uint32_t child = kRoot;  // never a child, so it stands for none
    };

    static uint64_t keyOf(uint32_t node, char byte) {
        return uint64_t{node} << 8 | static_cast<unsigned char>(byte);
    }

    size_t slotOf(uint64_t key) const {
        const size_t mask = m_edges.size() - 1;
        size_t slot = static_cast<size_t>((key * 0x9E3779B97F4A7C15u) >> 24) & mask;
        while (m_edges[slot].key != key && m_edges[slot].key != kFree)
            slot = (slot + 1) & mask;
        return slot;
    }

    uint32_t childOrNew(uint32_t node, char byte) {
        const uint64_t key = keyOf(node, byte);
        size_t slot = slotOf(key);
        if (m_edges[slot].key == key)
            return m_edges[slot].child;
        if (m_values.size() * 2 > m_edges.size()) {
            grow();
            slot = slotOf(key);
        }
        m_edges[slot] = {key, static_cast<uint32_t>(m_values.size())};
        m_values.push_back(kNone);
        return m_edges[slot].child;
    }

    void grow() {
        std::vector<Edge> old(m_edges.size() * 2);
        old.swap(m_edges);
        for (const Edge& edge : old) {
            if (edge.key != kFree)
                m_edges[slotOf(edge.key)] = edge;
        }
    }

    std::vector<Edge> m_edges{16};  // open addressing, a power of two, at most half full
    std::vector<int32_t> m_values{kNone};
};

}  // namespace hearth::engine
