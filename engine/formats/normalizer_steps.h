// The normalisers that tokenizer.json may name.
#pragma once
#include <memory>
#include <string>

#include "core/result.h"
#include "engine/formats/text_normalizer.h"

namespace hearth::engine {

using NormalizerStepPtr = std::shared_ptr<const NormalizerStep>;

enum class UnicodeForm { Nfc, Nfd, Nfkc, Nfkd };

NormalizerStepPtr unicodeFormStep(UnicodeForm form);
/// A text that isn't empty gets `prefix` in front.
NormalizerStepPtr prependStep(std::string prefix);
/// REQUIRES: `from` isn't empty.
NormalizerStepPtr replaceTextStep(std::string from, std::string to);
/// regex: as Oniguruma reads it. Errors: those of PreTokenizerPattern.
[[nodiscard]] core::Result<NormalizerStepPtr> replaceRegexStep(const std::string& regex,
                                                               std::string to);
NormalizerStepPtr stripStep(bool left, bool right);
NormalizerStepPtr lowercaseStep();
/// Drops combining marks.
NormalizerStepPtr stripAccentsStep();
/// What the Neural Machine Translation rules of SentencePiece do to control characters and spaces.
NormalizerStepPtr nmtStep();
/// charsmap: SentencePiece's precompiled map, decoded from base64. Errors: DataCorrupt.
[[nodiscard]] core::Result<NormalizerStepPtr> precompiledStep(std::string_view charsmap);

}  // namespace hearth::engine
