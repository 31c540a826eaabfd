// A BPE model, over bytes (GPT-2 and its heirs) or over characters (SentencePiece).
#pragma once
#include <array>
#include <atomic>
#include <memory>

#include "engine/formats/bpe_rules.h"
#include "engine/formats/token_model.h"
#include "engine/formats/token_table.h"

namespace hearth::engine {

class BpeModel : public TokenModel {
public:
    static constexpr int32_t kNone = TokenTable::kNone;

    struct Definition {
        TokenTable tokens;  // by the bytes they stand for, or as the file spells them
        std::vector<BpeMerge> merges;
        bool ignoreMerges = false;  // a piece that is a token as a whole needs no merges
        bool overBytes = true;
        int32_t unknown = kNone;    // for a symbol without a token; kNone: it is left out
        bool fuseUnknown = false;   // neighbouring unknown symbols become one token
        bool byteFallback = false;  // a character without a token becomes the tokens of its bytes
        std::array<int32_t, 256> byteTokens = filledWithNone();
        /// Pieces may be cut before a U+2581 that follows another character: no token has both.
        bool cutsAtSpaceMark = false;

    private:
        static std::array<int32_t, 256> filledWithNone() {
            std::array<int32_t, 256> none;
            none.fill(kNone);
            return none;
        }
    };
    explicit BpeModel(Definition definition);

    void encodePiece(std::string_view piece, std::vector<int32_t>& ids) const override;
    std::optional<int32_t> find(std::string_view text) const override;

private:
    enum class Whole : uint8_t { NotAsked, IsItself, IsNot };

    void encodeWord(std::string_view word, std::vector<int32_t>& ids) const;
    void mergeWord(std::string_view word, std::vector<int32_t>& ids) const;
    void appendBytes(std::string_view word, std::vector<int32_t>& ids) const;
    void appendCharacters(std::string_view word, std::vector<int32_t>& ids) const;
    bool appendFallback(std::string_view character, std::vector<int32_t>& ids) const;
    int32_t idOf(std::string_view character, char32_t codePoint) const;

    Definition m_definition;  // merges moved into m_rules
    BpeRules m_rules;
    std::array<int32_t, 256> m_byteIds{};
    std::vector<int32_t> m_characterIds;  // of the basic multilingual plane
    /// By id: whether merging the token's own text gives the token. Found out when first needed
    /// and then the same for ever, so threads may race to write it.
    std::unique_ptr<std::atomic<Whole>[]> m_whole;
};

}  // namespace hearth::engine
