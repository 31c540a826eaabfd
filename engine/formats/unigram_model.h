// SentencePiece's unigram model: of all ways to cut a piece into tokens, the likeliest.
#pragma once
#include <array>
#include <string>
#include <unordered_map>

#include "engine/formats/byte_trie.h"
#include "engine/formats/token_model.h"

namespace hearth::engine {

class UnigramModel : public TokenModel {
public:
    static constexpr int32_t kNone = -1;

    struct Token {
        std::string text;
        double score = 0;      // logarithm of its probability
        bool fromText = true;  // false: an added token, which ordinary text never becomes
    };
    struct Definition {
        std::vector<Token> tokens;  // by id
        int32_t unknown = kNone;    // kNone: a character without a token is left out
        bool byteFallback = false;  // what is unknown becomes the tokens of its bytes
    };
    explicit UnigramModel(Definition definition);

    void encodePiece(std::string_view piece, std::vector<int32_t>& ids) const override;
    std::optional<int32_t> find(std::string_view text) const override;

private:
    /// The best way to cut the text up to some byte.
    struct Best {
        double score = 0;
        int32_t id = kNone;
        size_t length = 0;  // of the last token; 0: there is no way yet
    };

    std::vector<Best> bestCuts(std::string_view piece) const;
    void appendUnknown(std::string_view text, std::vector<int32_t>& ids) const;

    std::vector<double> m_scores;
    ByteTrie m_trie;
    std::unordered_map<std::string, int32_t> m_ids;
    int32_t m_unknown;
    double m_unknownScore;
    bool m_byteFallback;
    std::array<int32_t, 256> m_byteTokens;
};

}  // namespace hearth::engine
