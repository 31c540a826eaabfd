// One generation: what is asked for, and where its tokens go.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "engine/runtime/sampler.h"

namespace hearth::engine {

class Adapter;

/// Batch requests run on what the interactive ones leave.
enum class Priority : uint8_t { Interactive, Batch };

struct GenerationRequest {
    std::vector<int32_t> prompt;  // at least one token
    int64_t max_tokens = 0;       // 0: up to the context's end
    SamplingParams sampling;
    std::vector<int32_t> stop_tokens;        // end the answer and are not part of its text
    std::shared_ptr<const Adapter> adapter;  // null: the base model
    bool prompt_logprobs = false;            // report every prompt token but the first

    std::string cache_salt;  // prompts share cache pages with those of the same salt only
    std::string principal;   // whose share of the engine it uses (engine/runtime/fair_queue.h)
    double weight = 1.0;     // above 0: how large that share is beside the others'
    Priority priority = Priority::Interactive;
};

enum class FinishReason { Stop, Length, Cancelled, Failed };

struct GenerationResult {
    FinishReason reason = FinishReason::Stop;
    int64_t prompt_tokens = 0;
    int64_t completion_tokens = 0;     // a stop token included
    int64_t cached_tokens = 0;         // of the prompt: not computed, another request had them
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
    /// The one of the request's stop tokens that ended the answer; token() does not get it.
    virtual void stopToken(const SampledToken&) {}
    virtual void finished(const GenerationResult&) = 0;
};

}  // namespace hearth::engine
