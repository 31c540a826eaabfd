// Cuts text into the pieces that a model works on, as "pre_tokenizer" of tokenizer.json says.
#pragma once
#include <deque>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace hearth::engine {

/// What a piece of text begins with, which decides whether a space goes in front.
enum class PieceStart {
    Text,    // the whole text
    Part,    // what follows an added token or another piece
    Middle,  // the rest of a text that was encoded before: never a space
};

/// Pieces of a text in order: parts of it, or of changed copies that lie here.
struct Pieces {
    std::vector<std::string_view> views;
    std::deque<std::string> copies;
    PieceStart firstStart = PieceStart::Text;  // of views[0]

    Pieces() = default;
    Pieces(const Pieces&) = delete;
    Pieces& operator=(const Pieces&) = delete;
};

class PreTokenizerStep {
public:
    virtual ~PreTokenizerStep() = default;
    /// Appends what a piece becomes, never an empty one.
    virtual void apply(std::string_view piece, PieceStart start, Pieces& out) const = 0;
};

/// Immutable; may be used from several threads at once.
class PreTokenizer {
public:
    /// spec: nullptr, or Sequence, Split, ByteLevel, Metaspace, Digits, Punctuation, Whitespace,
    /// WhitespaceSplit, CharDelimiterSplit. Errors: Unsupported naming what isn't known;
    /// DataCorrupt.
    [[nodiscard]] static core::Result<PreTokenizer> parse(const nlohmann::json* spec);

    /// `out` is emptied first. The views hold as long as `text` and `out`.
    /// REQUIRES: valid UTF-8.
    void split(std::string_view text, PieceStart start, Pieces& out) const;

    /// Whether the model works on bytes instead of characters.
    bool isByteLevel() const { return m_isByteLevel; }

private:
    core::Status add(const nlohmann::json& spec);
    core::Status addByteLevel(const nlohmann::json& spec);

    std::vector<std::shared_ptr<const PreTokenizerStep>> m_steps;
    bool m_isByteLevel = false;
};

}  // namespace hearth::engine
