// Added tokens: fixed texts that are cut out before anything else looks at the text.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/formats/tokenizer.h"

namespace hearth::engine {

struct AddedToken {
    int32_t id = 0;
    std::string content;
    bool special = false;
    bool stripLeft = false;   // takes the white space before it
    bool stripRight = false;  // and after it
};

/// Finds added tokens, leftmost first and the longest where several begin.
class AddedTokenMatcher {
public:
    struct Match {
        TextRange range;
        int32_t id = 0;
    };

    explicit AddedTokenMatcher(std::vector<AddedToken> tokens);

    /// The first match at or after `from` that touches none of `literal`.
    std::optional<Match> find(std::string_view text, size_t from,
                              std::span<const TextRange> literal) const;

    const std::vector<AddedToken>& tokens() const { return m_tokens; }

private:
    static constexpr uint32_t kRoot = 0;
    static constexpr int32_t kNone = -1;

    void insert(size_t index);
    /// Index of the longest token at `begin` that ends before `limit`, or kNone.
    int32_t longestAt(std::string_view text, size_t begin, size_t limit) const;
    Match widened(std::string_view text, size_t from, size_t begin, const AddedToken& token) const;

    std::vector<AddedToken> m_tokens;
    std::array<bool, 256> m_startsToken{};
    std::unordered_map<uint64_t, uint32_t> m_edges;  // (node << 8 | byte) -> node of the trie
    std::vector<int32_t> m_tokenOfNode;
};

}  // namespace hearth::engine
