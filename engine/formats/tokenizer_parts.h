// What a Tokenizer is made of, and how it is read from its two files.
#pragma once
#include <nlohmann/json_fwd.hpp>

#include "engine/formats/bpe_model.h"
#include "engine/formats/pre_tokenizer.h"
#include "engine/formats/tokenizer.h"
#include "engine/formats/tokenizer_added.h"

namespace hearth::engine {

struct Tokenizer::Parts {
    AddedTokenMatcher added;
    PreTokenizer preTokenizer;
    BpeModel model;
    bool normalizeNfc = false;
    std::vector<std::string> bytesOfToken;  // by id
    std::vector<uint8_t> isAdded;           // by id
    std::vector<uint8_t> isSpecial;         // by id
    std::vector<int32_t> prefix;            // ids before a text when specials are added
    std::vector<int32_t> suffix;
    std::optional<int32_t> bos;
    std::optional<int32_t> eos;

    /// Appends the ids of a text without added tokens.
    void encodeOrdinary(std::string_view text, std::vector<int32_t>& ids) const;

    /// config: an object, empty where there is no tokenizer_config.json.
    static core::Result<std::unique_ptr<const Parts>> read(const nlohmann::json& tokenizer,
                                                           const nlohmann::json& config);
};

}  // namespace hearth::engine
