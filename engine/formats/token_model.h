// What turns a piece of text into token ids.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace hearth::engine {

/// Immutable for its users; may be asked by several threads at once.
class TokenModel {
public:
    virtual ~TokenModel() = default;

    /// Appends the ids of one piece of a pre-tokenizer, in time that is linear in its length but
    /// for a logarithm. REQUIRES: valid UTF-8.
    virtual void encodePiece(std::string_view piece, std::vector<int32_t>& ids) const = 0;

    /// The token that is this text (for a byte-level model: these bytes), added ones excepted.
    virtual std::optional<int32_t> find(std::string_view text) const = 0;
};

}  // namespace hearth::engine
