// The tokenizer of a Hugging Face directory (tokenizer.json, tokenizer_config.json): BPE over bytes
// or characters, or Unigram.
#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace hearth::engine {

/// Bytes [begin, end) of a text.
struct TextRange {
    size_t begin = 0;
    size_t end = 0;
};

struct AddedTokenPlace {
    TextRange range;
    int32_t id = 0;
};

/// Where a sequence of tokens is while it turns into text.
struct DecodePosition {
    bool isFirst = true;
    size_t leadingLeft = 0;  // spaces that the decoder may yet take off the front
};

/// Immutable once loaded; every method may be called from several threads at once.
class Tokenizer {
public:
    /// Reads tokenizer.json and, if there is one, tokenizer_config.json.
    /// Errors: NotFound; DataCorrupt; Unsupported, naming the part of tokenizer.json.
    [[nodiscard]] static core::Result<std::unique_ptr<Tokenizer>> load(
        const std::filesystem::path& dir);
    /// The same from the texts of the two files; configJson may be empty.
    [[nodiscard]] static core::Result<std::unique_ptr<Tokenizer>> parse(
        std::string_view tokenizerJson, std::string_view configJson);

    ~Tokenizer();

    /// Added tokens inside the text become their ids. Bytes that are no UTF-8 count as U+FFFD.
    /// addSpecial: with what the post-processor and add_bos_token / add_eos_token ask for.
    std::vector<int32_t> encode(std::string_view text, bool addSpecial = false) const;

    /// As encode, but an added token that touches one of `literal` is ordinary text, so that
    /// what a user wrote cannot act as a control token. `literal`: ascending, disjoint.
    /// continues: the text goes on from one encoded before, so that no space goes in front of it
    /// where the tokenizer would put one.
    std::vector<int32_t> encodeMarked(std::string_view text, std::span<const TextRange> literal,
                                      bool continues = false) const;

    /// The added tokens that encode finds in the raw text, in order.
    std::vector<AddedTokenPlace> addedTokensIn(std::string_view text) const;

    /// An unknown id gives nothing. A broken UTF-8 sequence gives U+FFFD per maximal subpart.
    std::string decode(std::span<const int32_t> ids, bool skipSpecial = true) const;

    /// decode in steps: the bytes that the next token adds, perhaps a part of a character only.
    DecodePosition startDecoding() const;
    void decodeNext(int32_t id, DecodePosition& position, std::string& bytes) const;

    /// Largest id + 1.
    int64_t vocabSize() const;
    /// By the text of the token (the bytes it stands for), added tokens first; for a SentencePiece
    /// model, whose tokens write spaces as U+2581, by either spelling.
    std::optional<int32_t> tokenId(std::string_view token) const;
    /// The bytes a token stands for; perhaps only a part of a character. Empty if unknown.
    std::string tokenBytes(int32_t id) const;
    /// True for an added token with "special": true.
    bool isSpecial(int32_t id) const;
    /// True for any added token, special or not.
    bool isAdded(int32_t id) const;
    /// bos_token and eos_token of tokenizer_config.json.
    std::optional<int32_t> bosId() const;
    std::optional<int32_t> eosId() const;

private:
    struct Parts;
    explicit Tokenizer(std::unique_ptr<const Parts> parts);
    void appendText(std::string_view text, std::span<const TextRange> literal, bool continues,
                    std::vector<int32_t>& ids) const;

    std::unique_ptr<const Parts> m_parts;
};

}  // namespace hearth::engine
