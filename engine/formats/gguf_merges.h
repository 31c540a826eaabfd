// SentencePiece ranks its BPE tokens by score; tokenizer.json lists merges. One into the other.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "core/result.h"
#include "engine/formats/gguf_vocabulary.h"

namespace hearth::engine {

using TokenPair = std::pair<std::string, std::string>;

/// Every way to make a token of two others, the highest score first, as Hugging Face converts
/// SentencePiece models; of one token's ways, the one with the longest left part first.
/// REQUIRES: a score for each token. Errors: DataCorrupt for a score that isn't a number.
[[nodiscard]] core::Result<std::vector<TokenPair>> mergesOfScores(const GgufVocabulary& vocabulary);

/// The reverse: minus the place of the first merge that makes the token; 0 for those that no
/// merge makes. merges: in their order.
std::vector<float> scoresOfMerges(const std::vector<std::string>& tokens,
                                  const std::vector<TokenPair>& merges);

}  // namespace hearth::engine
