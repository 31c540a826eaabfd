// How likely texts are after others, by the serving engine.
#pragma once
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "engine/formats/tokenizer.h"
#include "engine/models/model.h"

namespace hearth::finetune {

struct Continuation {
    std::vector<int32_t> ids;  // of the text before and the continuation
    size_t begin = 1;          // of the continuation, at least 1: nothing comes before the first
};

/// Tokens of two plain texts, encoded as one; spaces at the end of `before` count as the
/// continuation's, since tokens begin with them. REQUIRES: neither is empty.
Continuation continuationOf(const engine::Tokenizer& tokenizer, std::string before,
                            std::string_view text);

/// A text as the answer to an encoded conversation; none of it acts as a control token.
Continuation answerTo(const engine::Tokenizer& tokenizer, std::vector<int32_t> conversation,
                      std::string_view text);

/// Of each, the sum of its continuation's log-probabilities. adapter: null for the base model.
/// REQUIRES: nobody else uses the backend meanwhile. Errors: those of runGenerations.
core::Result<std::vector<double>> continuationLogps(engine::Backend& backend, engine::Model& model,
                                                    std::shared_ptr<const engine::Adapter> adapter,
                                                    const std::vector<Continuation>& continuations,
                                                    const std::atomic<bool>& cancel);

}  // namespace hearth::finetune
