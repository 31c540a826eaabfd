// Reads "model" of tokenizer.json.
#pragma once
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "core/result.h"
#include "engine/formats/token_model.h"
#include "engine/formats/tokenizer_added.h"

namespace hearth::engine {

constexpr int64_t kMaxTokenId = (1 << 21) - 1;
constexpr size_t kMaxTokenBytes = 1 << 16;

struct ReadModel {
    std::unique_ptr<const TokenModel> model;
    std::vector<std::string> tokens;  // by id, as the file spells them; empty where there is none
};

/// BPE or Unigram. Ordinary text never becomes one of `added`, unless it is harmless.
/// isByteLevel: pieces are bytes. Errors: Unsupported naming the type or option; DataCorrupt.
[[nodiscard]] core::Result<ReadModel> readTokenModel(const nlohmann::json& model,
                                                     const std::vector<AddedToken>& added,
                                                     bool isByteLevel);

}  // namespace hearth::engine
