// What a Tokenizer is made of, and how it is read from its two files.
#pragma once
#include <nlohmann/json_fwd.hpp>

#include "engine/formats/pre_tokenizer.h"
#include "engine/formats/text_normalizer.h"
#include "engine/formats/token_decoder.h"
#include "engine/formats/token_model.h"
#include "engine/formats/tokenizer.h"
#include "engine/formats/tokenizer_added.h"

namespace hearth::engine {

struct Tokenizer::Parts {
    std::vector<AddedToken> addedTokens;
    AddedTokenMatcher addedInRaw;         // found before the text is normalised
    AddedTokenMatcher addedInNormalized;  // found in what is left, normalised
    TextNormalizer normalizer;
    PreTokenizer preTokenizer;
    std::unique_ptr<const TokenModel> model;
    std::vector<std::string> bytesOfToken;       // by id
    std::vector<std::string> bytesOfFirstToken;  // by id; empty where it makes no difference
    std::vector<uint8_t> isAdded;                // by id
    std::vector<uint8_t> isSpecial;              // by id
    std::string leadingText;                     // taken off a decoded text's front
    size_t leadingCount = 0;                     // so many times at most
    std::vector<int32_t> prefix;                 // ids before a text when specials are added
    std::vector<int32_t> suffix;
    std::optional<int32_t> bos;
    std::optional<int32_t> eos;

    /// Appends the ids of the part `range` of a text, which has no added token of addedInRaw.
    void encodeOrdinary(std::string_view text, TextRange range, std::span<const TextRange> literal,
                        PieceStart start, std::vector<int32_t>& ids) const;

    /// config: an object, empty where there is no tokenizer_config.json.
    static core::Result<std::unique_ptr<const Parts>> read(const nlohmann::json& tokenizer,
                                                           const nlohmann::json& config);

private:
    void encodePieces(std::string_view text, PieceStart start, std::vector<int32_t>& ids) const;
};

}  // namespace hearth::engine
