#include "engine/formats/unigram_model.h"

#include <algorithm>

#include "engine/formats/byte_token.h"
#include "engine/formats/utf8.h"

namespace hearth::engine {

namespace {

// SentencePiece's: an unknown character is less likely than any token by this much.
constexpr double kUnknownPenalty = 10.0;

}  // namespace

UnigramModel::UnigramModel(Definition definition)
    : m_unknown(definition.unknown), m_byteFallback(definition.byteFallback) {
    m_byteTokens.fill(kNone);
    double lowest = 0;
    for (size_t i = 0; i < definition.tokens.size(); ++i) {
        const Token& token = definition.tokens[i];
        const auto id = static_cast<int32_t>(i);
        m_scores.push_back(token.score);
        lowest = i == 0 ? token.score : std::min(lowest, token.score);
        m_ids.emplace(token.text, id);
        if (const auto byte = byteOfToken(token.text))
            m_byteTokens[*byte] = id;
        if (token.fromText && !token.text.empty())
            m_trie.insert(token.text, id);
    }
    m_unknownScore = lowest - kUnknownPenalty;
}

std::optional<int32_t> UnigramModel::find(std::string_view text) const {
    const auto it = m_ids.find(std::string(text));
    return it == m_ids.end() ? std::nullopt : std::optional(it->second);
}

std::vector<UnigramModel::Best> UnigramModel::bestCuts(std::string_view piece) const {
    std::vector<Best> best(piece.size() + 1);
    const auto offer = [&](size_t end, size_t length, int32_t id, double score) {
        if (best[end].length == 0 || score > best[end].score)
            best[end] = {score, id, length};
    };
    for (size_t at = 0; at < piece.size();) {
        const size_t character = utf8::decodeAt(piece, at).length;
        const double before = best[at].score;
        bool hasCharacter = false;
        m_trie.prefixesOf(piece.substr(at), [&](size_t length, int32_t id) {
            offer(at + length, length, id, before + m_scores[static_cast<size_t>(id)]);
            hasCharacter = hasCharacter || length == character;
        });
        if (!hasCharacter)
            offer(at + character, character, m_unknown, before + m_unknownScore);
        at += character;
    }
    return best;
}

void UnigramModel::encodePiece(std::string_view piece, std::vector<int32_t>& ids) const {
    if (piece.empty())
        return;
    const std::vector<Best> best = bestCuts(piece);
    std::vector<size_t> ends;  // of the tokens, the last first
    for (size_t end = piece.size(); end > 0; end -= best[end].length)
        ends.push_back(end);
    size_t unknownBegin = 0;  // neighbouring unknown characters count as one
    for (size_t i = ends.size(); i-- > 0;) {
        const size_t end = ends[i];
        const size_t begin = end - best[end].length;
        if (best[end].id == m_unknown)
            continue;
        appendUnknown(piece.substr(unknownBegin, begin - unknownBegin), ids);
        ids.push_back(best[end].id);
        unknownBegin = end;
    }
    appendUnknown(piece.substr(unknownBegin), ids);
}

void UnigramModel::appendUnknown(std::string_view text, std::vector<int32_t>& ids) const {
    if (text.empty())
        return;
    const auto hasToken = [&](char byte) {
        return m_byteTokens[static_cast<unsigned char>(byte)] != kNone;
    };
    if (m_byteFallback && std::all_of(text.begin(), text.end(), hasToken)) {
        for (const char byte : text)
            ids.push_back(m_byteTokens[static_cast<unsigned char>(byte)]);
    } else if (m_unknown != kNone) {
        ids.push_back(m_unknown);
    }
}

}  // namespace hearth::engine
