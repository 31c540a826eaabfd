// The tokenizer.* keys of a GGUF file, to and from GgufVocabulary.
#pragma once
#include "engine/formats/gguf.h"
#include "engine/formats/gguf_vocabulary.h"

namespace hearth::engine {

/// Errors: DataCorrupt naming a key that is missing or of another type.
core::Result<GgufVocabulary> readGgufVocabulary(const GgufFile& file);

/// eosTokenIds: every token that ends an answer, the first the vocabulary's own or in its place.
GgufMetadata ggufVocabularyKeys(const GgufVocabulary& vocabulary,
                                const std::vector<int32_t>& eosTokenIds);

}  // namespace hearth::engine
