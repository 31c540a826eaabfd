#include "engine/formats/tokenizer_added.h"

#include <algorithm>

#include "engine/formats/utf8.h"

namespace hearth::engine {

bool AddedToken::isHarmless() const {
    constexpr char32_t kSpaceMark = 0x2581;
    if (special)
        return false;
    for (size_t at = 0; at < content.size();) {
        const utf8::Sequence c = utf8::decodeAt(content, at);
        if (c.codePoint != kSpaceMark && !utf8::isWhiteSpace(c.codePoint))
            return false;
        at += c.length;
    }
    return true;
}

AddedTokenMatcher::AddedTokenMatcher(const std::vector<AddedToken>& tokens) : m_tokens(tokens) {
    for (size_t i = 0; i < m_tokens.size(); ++i) {
        const std::string& content = m_tokens[i].content;
        m_isHarmless.push_back(m_tokens[i].isHarmless());
        if (content.empty())
            continue;
        m_startsToken[static_cast<unsigned char>(content[0])] = true;
        m_trie.insert(content, static_cast<int32_t>(i));
    }
}

int32_t AddedTokenMatcher::longestAt(std::string_view text, size_t begin, size_t limit) const {
    int32_t best = ByteTrie::kNone;
    m_trie.prefixesOf(text.substr(begin), [&](size_t length, int32_t index) {
        if (begin + length <= limit || m_isHarmless[static_cast<size_t>(index)])
            best = index;
    });
    return best;
}

std::optional<AddedTokenMatcher::Match> AddedTokenMatcher::find(
    std::string_view text, size_t from, std::span<const TextRange> literal) const {
    if (m_tokens.empty())
        return std::nullopt;
    auto range = std::lower_bound(literal.begin(), literal.end(), from,
                                  [](const TextRange& r, size_t at) { return r.end <= at; });
    for (size_t i = from; i < text.size(); ++i) {
        if (!m_startsToken[static_cast<unsigned char>(text[i])])
            continue;
        while (range != literal.end() && range->end <= i)
            ++range;
        const size_t limit = range == literal.end() ? text.size() : range->begin;
        const int32_t index = longestAt(text, i, limit);
        if (index == ByteTrie::kNone)
            continue;
        const AddedToken& token = m_tokens[static_cast<size_t>(index)];
        if (!token.singleWord || !isBesideWord(text, {i, i + token.content.size()}))
            return widened(text, from, i, token);
        i += token.content.size() - 1;  // its text can be no other token then
    }
    return std::nullopt;
}

bool AddedTokenMatcher::isBesideWord(std::string_view text, TextRange range) {
    const auto isWord = [&](size_t at) {
        return utf8::isWordCharacter(utf8::decodeAt(text, at).codePoint);
    };
    if (range.end < text.size() && isWord(range.end))
        return true;
    return range.begin > 0 && isWord(utf8::beginOfCharacter(text, range.begin));
}

AddedTokenMatcher::Match AddedTokenMatcher::widened(std::string_view text, size_t from,
                                                    size_t begin, const AddedToken& token) const {
    const size_t end = begin + token.content.size();
    return {{token.stripLeft ? utf8::beginOfWhiteSpace(text, begin, from) : begin,
             token.stripRight ? utf8::endOfWhiteSpace(text, end) : end},
            token.id};
}

}  // namespace hearth::engine
