#include "engine/formats/bpe_model.h"

#include <algorithm>

#include "engine/formats/bpe_merger.h"
#include "engine/formats/utf8.h"

namespace hearth::engine {

namespace {

constexpr size_t kPlane = 0x10000;
constexpr std::string_view kSpaceMark = "\u2581";

/// Where the word that begins at `begin` ends: before the next space mark behind another character.
size_t endOfWord(std::string_view text, size_t begin) {
    size_t at = begin;
    while (text.substr(at).starts_with(kSpaceMark))
        at += kSpaceMark.size();
    return std::min(text.find(kSpaceMark, at), text.size());
}

}  // namespace

BpeModel::BpeModel(Definition definition)
    : m_definition(std::move(definition)), m_rules(m_definition.merges) {
    std::vector<BpeMerge>().swap(m_definition.merges);
    for (int byte = 0; byte < 256; ++byte)
        m_byteIds[static_cast<size_t>(byte)] =
            m_definition.tokens.find(std::string(1, static_cast<char>(byte)));
    if (!m_definition.overBytes) {
        m_characterIds.assign(kPlane, kNone);
        for (char32_t c = 0; c < kPlane; ++c) {
            std::string character;
            utf8::append(c, character);
            m_characterIds[c] = m_definition.tokens.find(character);
        }
    }
    const auto ids = static_cast<size_t>(m_definition.tokens.largestId() + 1);
    m_whole = std::make_unique<std::atomic<Whole>[]>(ids);
}

std::optional<int32_t> BpeModel::find(std::string_view text) const {
    const int32_t id = m_definition.tokens.find(text);
    return id == kNone ? std::nullopt : std::optional(id);
}

void BpeModel::encodePiece(std::string_view piece, std::vector<int32_t>& ids) const {
    if (!m_definition.cutsAtSpaceMark)
        return encodeWord(piece, ids);
    for (size_t begin = 0; begin < piece.size();) {
        const size_t end = endOfWord(piece, begin);
        encodeWord(piece.substr(begin, end - begin), ids);
        begin = end;
    }
}

void BpeModel::encodeWord(std::string_view word, std::vector<int32_t>& ids) const {
    if (word.empty())
        return;
    const int32_t id = m_definition.tokens.find(word);
    if (id == kNone)
        return mergeWord(word, ids);
    if (m_definition.ignoreMerges) {
        ids.push_back(id);
        return;
    }
    std::atomic<Whole>& whole = m_whole[static_cast<size_t>(id)];
    const Whole known = whole.load(std::memory_order_relaxed);
    if (known == Whole::IsItself) {
        ids.push_back(id);
        return;
    }
    const size_t first = ids.size();
    mergeWord(word, ids);
    if (known == Whole::NotAsked) {
        const bool isItself = ids.size() == first + 1 && ids.back() == id;
        whole.store(isItself ? Whole::IsItself : Whole::IsNot, std::memory_order_relaxed);
    }
}

void BpeModel::mergeWord(std::string_view word, std::vector<int32_t>& ids) const {
    const size_t first = ids.size();
    if (m_definition.overBytes)
        appendBytes(word, ids);
    else
        appendCharacters(word, ids);
    if (ids.size() > first + 1)
        mergeSymbols(m_rules, ids, first);
}

void BpeModel::appendBytes(std::string_view word, std::vector<int32_t>& ids) const {
    for (const char byte : word) {
        const int32_t id = m_byteIds[static_cast<unsigned char>(byte)];
        if (id != kNone)
            ids.push_back(id);
        else if (m_definition.unknown != kNone)
            ids.push_back(m_definition.unknown);
    }
}

void BpeModel::appendCharacters(std::string_view word, std::vector<int32_t>& ids) const {
    bool afterUnknown = false;
    for (size_t at = 0; at < word.size();) {
        const utf8::Sequence c = utf8::decodeAt(word, at);
        const std::string_view character = word.substr(at, c.length);
        at += c.length;
        if (const int32_t id = idOf(character, c.codePoint); id != kNone) {
            ids.push_back(id);
            afterUnknown = false;
        } else if (m_definition.byteFallback && appendFallback(character, ids)) {
            afterUnknown = false;
        } else if (m_definition.unknown != kNone) {
            if (!(afterUnknown && m_definition.fuseUnknown))
                ids.push_back(m_definition.unknown);
            afterUnknown = true;
        }
    }
}

int32_t BpeModel::idOf(std::string_view character, char32_t codePoint) const {
    return codePoint < kPlane ? m_characterIds[codePoint] : m_definition.tokens.find(character);
}

/// False, and nothing appended, where a byte has no token.
bool BpeModel::appendFallback(std::string_view character, std::vector<int32_t>& ids) const {
    const size_t first = ids.size();
    for (const char byte : character) {
        const int32_t id = m_definition.byteTokens[static_cast<unsigned char>(byte)];
        if (id == kNone) {
            ids.resize(first);
            return false;
        }
        ids.push_back(id);
    }
    return true;
}

}  // namespace hearth::engine
