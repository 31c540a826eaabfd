// The pre-tokenizers that tokenizer.json may name.
#pragma once
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "core/result.h"
#include "engine/formats/pre_tokenizer.h"

namespace hearth::engine {

using PreTokenizerStepPtr = std::shared_ptr<const PreTokenizerStep>;

/// What becomes of the matches of a pattern.
enum class SplitBehavior { Isolated, Removed, MergedWithPrevious, MergedWithNext, Contiguous };

/// invert: what lies between matches counts as match. Errors: those of PreTokenizerPattern.
[[nodiscard]] core::Result<PreTokenizerStepPtr> regexStep(const std::string& regex,
                                                          SplitBehavior behavior,
                                                          bool invert = false);
/// Split, Digits, Punctuation, Whitespace, WhitespaceSplit, CharDelimiterSplit; nullptr for
/// another type.
[[nodiscard]] core::Result<PreTokenizerStepPtr> patternStep(const std::string& type,
                                                            const nlohmann::json& spec);
[[nodiscard]] core::Result<PreTokenizerStepPtr> metaspaceStep(const nlohmann::json& spec);
/// A space in front of every piece that has none there.
PreTokenizerStepPtr prefixSpaceStep();

}  // namespace hearth::engine
