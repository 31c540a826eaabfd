// Many generations through the serving engine, some at once.
#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>

#include "core/result.h"
#include "engine/models/model.h"
#include "engine/runtime/generation.h"

namespace hearth::finetune {

/// Of one generation; called on the engine's thread.
struct TokenReader {
    std::function<void(const engine::SampledToken&)> prompt = [](const auto&) {};
    std::function<void(const engine::SampledToken&)> answer = [](const auto&) {};
};

struct BatchOptions {
    int64_t concurrent = 32;
};

/// Runs request(0) to request(count - 1); tokens of the i-th go to reader(i). Returns when all have
/// ended. REQUIRES: nobody else uses the backend meanwhile.
/// Errors: Cancelled; those of Scheduler::submit, e.g. a prompt longer than the context.
core::Status runGenerations(engine::Backend& backend, engine::Model& model, size_t count,
                            const std::function<engine::GenerationRequest(size_t)>& request,
                            const std::function<TokenReader(size_t)>& reader,
                            const BatchOptions& options, const std::atomic<bool>& cancel);

}  // namespace hearth::finetune
