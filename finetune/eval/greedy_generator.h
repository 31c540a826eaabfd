// The likeliest continuation of many prompts at once, through the serving engine.
#pragma once
#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "core/result.h"
#include "engine/formats/tokenizer.h"
#include "engine/models/model.h"

namespace hearth::finetune {

struct GreedyOptions {
    int64_t max_new_tokens = 48;
    std::vector<int32_t> stop_tokens = {};  // end an answer and are not part of it
    int64_t concurrent = 32;
};

/// What ends an answer: the config's end tokens and the tokenizer's.
std::vector<int32_t> stopTokens(const engine::Model& model, const engine::Tokenizer& tokenizer);

/// One list of new tokens a prompt, in order. adapter: null for the base model. REQUIRES: nobody
/// else uses the backend meanwhile.
/// Errors: Cancelled; those of Scheduler::submit, e.g. a prompt longer than the context.
core::Result<std::vector<std::vector<int32_t>>> generateGreedy(
    engine::Backend& backend, engine::Model& model, std::shared_ptr<const engine::Adapter> adapter,
    const std::vector<std::vector<int32_t>>& prompts, const GreedyOptions& options,
    const std::atomic<bool>& cancel);

}  // namespace hearth::finetune
