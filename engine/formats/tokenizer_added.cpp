#include "engine/formats/tokenizer_added.h"

#include "engine/formats/utf8.h"

namespace hearth::engine {

namespace {

uint64_t edgeKey(uint32_t node, char byte) {
    return uint64_t{node} << 8 | static_cast<unsigned char>(byte);
}

size_t skipSpaceForward(std::string_view text, size_t position) {
    while (position < text.size()) {
        const utf8::Sequence c = utf8::decodeAt(text, position);
        if (!c.valid || !utf8::isWhiteSpace(c.codePoint))
            break;
        position += c.length;
    }
    return position;
}

size_t skipSpaceBackward(std::string_view text, size_t position, size_t limit) {
    while (position > limit) {
        size_t start = position - 1;
        while (start > limit && (static_cast<unsigned char>(text[start]) & 0xC0) == 0x80)
            --start;
        if (!utf8::isWhiteSpace(utf8::decodeAt(text, start).codePoint))
            break;
        position = start;
    }
    return position;
}

}  // namespace

AddedTokenMatcher::AddedTokenMatcher(std::vector<AddedToken> tokens)
    : m_tokens(std::move(tokens)), m_tokenOfNode{kNone} {
    for (size_t i = 0; i < m_tokens.size(); ++i)
        insert(i);
}

void AddedTokenMatcher::insert(size_t index) {
    const std::string& content = m_tokens[index].content;
    if (content.empty())
        return;
    m_startsToken[static_cast<unsigned char>(content[0])] = true;
    uint32_t node = kRoot;
    for (const char byte : content) {
        const auto fresh = static_cast<uint32_t>(m_tokenOfNode.size());
        const auto [edge, isNew] = m_edges.emplace(edgeKey(node, byte), fresh);
        if (isNew)
            m_tokenOfNode.push_back(kNone);
        node = edge->second;
    }
    m_tokenOfNode[node] = static_cast<int32_t>(index);
}

int32_t AddedTokenMatcher::longestAt(std::string_view text, size_t begin, size_t limit) const {
    int32_t best = kNone;
    uint32_t node = kRoot;
    for (size_t i = begin; i < limit; ++i) {
        const auto edge = m_edges.find(edgeKey(node, text[i]));
        if (edge == m_edges.end())
            break;
        node = edge->second;
        if (m_tokenOfNode[node] != kNone)
            best = m_tokenOfNode[node];
    }
    return best;
}

std::optional<AddedTokenMatcher::Match> AddedTokenMatcher::find(
    std::string_view text, size_t from, std::span<const TextRange> literal) const {
    auto range = std::lower_bound(literal.begin(), literal.end(), from,
                                  [](const TextRange& r, size_t at) { return r.end <= at; });
    for (size_t i = from; i < text.size(); ++i) {
        while (range != literal.end() && range->end <= i)
            ++range;
        if (range != literal.end() && range->begin <= i) {
            i = range->end - 1;
            continue;
        }
        if (!m_startsToken[static_cast<unsigned char>(text[i])])
            continue;
        const size_t limit = range == literal.end() ? text.size() : range->begin;
        const int32_t index = longestAt(text, i, limit);
        if (index != kNone)
            return widened(text, from, i, m_tokens[index]);
    }
    return std::nullopt;
}

AddedTokenMatcher::Match AddedTokenMatcher::widened(std::string_view text, size_t from,
                                                    size_t begin, const AddedToken& token) const {
    const size_t end = begin + token.content.size();
    return {{token.stripLeft ? skipSpaceBackward(text, begin, from) : begin,
             token.stripRight ? skipSpaceForward(text, end) : end},
            token.id};
}

}  // namespace hearth::engine
