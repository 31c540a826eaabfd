// Answers that the serving engine samples for reinforcement learning.
#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "core/result.h"
#include "engine/models/model.h"

namespace hearth::finetune {

struct RolloutRequest {
    std::vector<int32_t> prompt;
    uint64_t seed = 0;
};

struct Rollout {
    std::vector<int32_t> tokens;  // of the answer, its end token included
    std::vector<double> logps;    // of these tokens, as the engine computed them
    bool truncated = false;       // no end token within max_tokens
    /// Experts of every token that was run, prompt and answer but for the answer's last token:
    /// [layer with experts][tokens * experts of a token]. Empty for dense models.
    std::vector<std::vector<int32_t>> routing;
};

struct RolloutOptions {
    int64_t max_tokens = 256;
    std::vector<int32_t> stop_tokens;
    /// Called before each step, where sampling may wait.
    std::function<void()> before_step = {};
};

/// One answer a request, at temperature 1, all in the same steps. Its bits depend on its request
/// and the model alone. adapter: null for the base model. REQUIRES: nobody else uses the backend or
/// watches the model meanwhile. Errors: Cancelled; InvalidArgument when prompt and answer exceed
/// the context.
core::Result<std::vector<Rollout>> rollOut(engine::Backend& backend, engine::Model& model,
                                           const engine::Adapter* adapter,
                                           const std::vector<RolloutRequest>& requests,
                                           const RolloutOptions& options,
                                           const std::atomic<bool>& cancel);

}  // namespace hearth::finetune
