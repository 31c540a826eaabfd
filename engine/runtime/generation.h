// One generation: what is asked for, and where its tokens go.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "core/result.h"
#include "engine/runtime/sampler.h"

namespace hearth::engine {

class Adapter;

struct GenerationRequest {
    std::vector<int32_t> prompt;  // at least one token
    int64_t max_tokens = 0;       // 0: up to the context's end
    SamplingParams sampling;
    std::vector<int32_t> stop_tokens;        // end the answer and are not part of its text
    std::shared_ptr<const Adapter> adapter;  // null: the base model
    bool prompt_logprobs = false;            // report every prompt token but the first
};

enum class FinishReason { Stop, Length, Cancelled, Failed };

struct GenerationResult {
    FinishReason reason = FinishReason::Stop;
    int64_t prompt_tokens = 0;
    int64_t completion_tokens = 0;     // a stop token included
    std::optional<core::Error> error;  // when Failed
};

/// Receives a generation's tokens on the scheduler's thread, so every call must be short and
/// must not call the scheduler. finished comes exactly once, last.
class GenerationSink {
public:
    virtual ~GenerationSink() = default;
    virtual void promptToken(const SampledToken&) {}
    /// False ends the generation with FinishReason::Stop (a stop string matched).
    virtual bool token(const SampledToken&) = 0;
    virtual void finished(const GenerationResult&) = 0;
};

}  // namespace hearth::engine
