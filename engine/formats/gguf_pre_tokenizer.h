// What the names of tokenizer.ggml.pre stand for.
#pragma once
#include <string_view>
#include <vector>

namespace hearth::engine {

struct GgufPreTokenizer {
    std::vector<std::string_view> names;  // the first is the one to write
    /// As in the tokenizer.json that the name was made for: each cuts the pieces of the one before,
    /// matches and what lies between them are pieces; bytes follow without another pattern.
    std::vector<std::string_view> patterns;
    bool ignoreMerges = false;  // a whole piece that is a token needs no merges
    bool addBos = false;        // where tokenizer.ggml.add_bos_token is absent
};

/// Every kind that Hearth reads and writes.
const std::vector<GgufPreTokenizer>& ggufPreTokenizers();

/// nullptr where the name is unknown.
const GgufPreTokenizer* findGgufPreTokenizer(std::string_view name);

}  // namespace hearth::engine
