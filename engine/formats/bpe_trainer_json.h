// Writes a learnt vocabulary as tokenizer.json and tokenizer_config.json.
#pragma once
#include <string>

#include "engine/formats/bpe_merge_learner.h"
#include "engine/formats/bpe_trainer.h"

namespace hearth::engine {

/// How trained tokenizers cut text, as tokenizer.json says it.
///
/// GPT-2's expression with two changes. A digit is a piece of its own and never joined, also
/// not with the space before it: a small model copies codes and numbers digit by digit, and
/// meets each digit as the same token everywhere. Line ends are pieces of their own together
/// with the space before them, so that layout does not multiply the tokens for words.
extern const char* const kTrainedPreTokenizer;

TrainedTokenizer writeTrainedTokenizer(const BpeTrainerOptions& options,
                                       const BpeMergeLearner& learner);

}  // namespace hearth::engine
