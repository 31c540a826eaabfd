// Added tokens: fixed texts that are cut out before anything else looks at the text.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/formats/byte_trie.h"
#include "engine/formats/tokenizer.h"

namespace hearth::engine {

struct AddedToken {
    int32_t id = 0;
    std::string content;
    bool special = false;
    bool stripLeft = false;   // takes the white space before it
    bool stripRight = false;  // and after it
    bool singleWord = false;  // not next to a letter, digit or underscore
    bool normalized = false;  // looked for in the normalised text, itself normalised

    /// White space (or SentencePiece's mark for it) that means nothing but itself: it may come out
    /// of any text, also one that must not act as a control token.
    bool isHarmless() const;
};

/// Finds added tokens, leftmost first and the longest where several begin.
class AddedTokenMatcher {
public:
    struct Match {
        TextRange range;
        int32_t id = 0;
    };

    /// `tokens`: with the content to look for.
    explicit AddedTokenMatcher(const std::vector<AddedToken>& tokens);

    /// The first match at or after `from`. One that isn't harmless touches none of `literal`
    /// (ascending, disjoint).
    std::optional<Match> find(std::string_view text, size_t from,
                              std::span<const TextRange> literal) const;

    bool empty() const { return m_tokens.empty(); }

private:
    static bool isBesideWord(std::string_view text, TextRange range);
    /// Index of the longest token at `begin`, or ByteTrie::kNone; a harmful one ends by `limit`.
    int32_t longestAt(std::string_view text, size_t begin, size_t limit) const;
    Match widened(std::string_view text, size_t from, size_t begin, const AddedToken& token) const;

    std::vector<AddedToken> m_tokens;
    std::vector<uint8_t> m_isHarmless;
    std::array<bool, 256> m_startsToken{};
    ByteTrie m_trie;
};

}  // namespace hearth::engine
