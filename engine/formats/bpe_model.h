// The merge table of a byte-level BPE: turns one piece of text into token ids.
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/formats/bpe_cache.h"

namespace hearth::engine {

/// Lets a map with string keys be asked with a string_view.
struct StringHash {
    using is_transparent = void;
    size_t operator()(std::string_view s) const { return std::hash<std::string_view>{}(s); }
};
using TokenIds = std::unordered_map<std::string, int32_t, StringHash, std::equal_to<>>;

struct BpeMerge {
    int32_t left = 0;
    int32_t right = 0;
    int32_t result = 0;
};

class BpeModel {
public:
    struct Definition {
        TokenIds tokens;               // by the bytes they stand for; has all 256 single bytes
        std::vector<BpeMerge> merges;  // first is applied first
        bool ignoreMerges = false;     // a piece that is a token as a whole needs no merges
    };
    explicit BpeModel(Definition definition);

    /// Appends the ids of one piece. O(n log n) in its length. Thread-safe.
    void encodePiece(std::string_view piece, std::vector<int32_t>& ids) const;

    const TokenIds& tokens() const { return m_tokens; }

private:
    struct Rule {
        uint64_t pair = kNoPair;
        uint32_t rank = 0;
        int32_t result = 0;
    };
    struct Candidate;
    class Merger;
    static constexpr uint64_t kNoPair = ~uint64_t{0};

    void addRule(const BpeMerge& merge, uint32_t rank);
    const Rule* findRule(int32_t left, int32_t right) const;

    TokenIds m_tokens;
    bool m_ignoreMerges;
    std::array<int32_t, 256> m_byteIds;
    std::vector<Rule> m_rules;  // open addressing, a power of two, at most half full
    std::unique_ptr<BpeCache> m_cache;
};

}  // namespace hearth::engine
