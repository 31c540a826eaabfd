// A tokenizer as GGUF keeps it, to and from the two files of a Hugging Face directory.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace hearth::engine {

/// Values of tokenizer.ggml.token_type.
enum class GgufTokenType : int32_t {
    Normal = 1,
    Unknown = 2,
    Control = 3,
    UserDefined = 4,
    Unused = 5,
    Byte = 6,
};

/// The keys below tokenizer.*; the members carry the names of the keys.
struct GgufVocabulary {
    std::string model;  // tokenizer.ggml.model: "gpt2" (byte-level BPE) or "llama" (SentencePiece)
    std::string pre;    // tokenizer.ggml.pre, of "gpt2" only; empty: "default"
    std::vector<std::string> tokens;
    std::vector<float> scores;        // of "llama": one a token
    std::vector<int32_t> token_type;  // GgufTokenType, one a token; empty: all Normal
    std::vector<std::string> merges;  // of "gpt2": "left right", the first is applied first
    std::optional<int32_t> bos_token_id;
    std::optional<int32_t> eos_token_id;
    std::optional<int32_t> unknown_token_id;
    std::optional<int32_t> padding_token_id;
    std::optional<bool> add_bos_token;     // absent: what llama.cpp takes for model and pre
    std::optional<bool> add_eos_token;     // absent: false
    std::optional<bool> add_space_prefix;  // of "llama"; absent: true
    std::string chat_template;             // tokenizer.chat_template; may be empty
};

/// tokenizer.json that gives the ids which llama.cpp would give.
/// Errors: Unsupported naming model or pre; DataCorrupt naming the key and the token.
[[nodiscard]] core::Result<std::string> tokenizerJson(const GgufVocabulary& vocabulary);

/// tokenizer_config.json for the same: special tokens by name, add_bos_token, the template.
/// Errors: as tokenizerJson.
[[nodiscard]] core::Result<std::string> tokenizerConfigJson(const GgufVocabulary& vocabulary);

/// The reverse, for export. vocabularySize: rows of the embedding; ids that the tokenizer lacks
/// become unused "[PAD<id>]" tokens, as GGUF wants a token a row. 0: as many as the tokenizer has.
/// Errors: those of Tokenizer::parse; Unsupported when GGUF has no name for the pre-tokenizer or
/// the model.
[[nodiscard]] core::Result<GgufVocabulary> ggufVocabulary(std::string_view tokenizerJson,
                                                          std::string_view tokenizerConfigJson,
                                                          int64_t vocabularySize = 0);

}  // namespace hearth::engine
