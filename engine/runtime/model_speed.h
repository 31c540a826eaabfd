// How many tokens a second a loaded model prefills and decodes on this machine, as `hearth bench`
// reports. Steps run directly, without scheduler and network; tokens are random, so that the
// streams of a mixture of experts take different experts.
#pragma once
#include <cstdint>
#include <functional>
#include <vector>

#include "engine/models/model.h"

namespace hearth::engine {

struct SpeedOptions {
    int64_t prefill = 512;                // prompt tokens, beyond the context
    int64_t decode = 64;                  // tokens that every stream generates
    std::vector<int64_t> streams = {1};   // how many decode together, each with tokens of its own
    std::vector<int64_t> contexts = {0};  // tokens that are in the cache before
    int64_t chunk = 512;                  // prompt tokens of a step
    int repeats = 5;                      // medians are taken over these
    /// The context's rows are random numbers instead of a prompt's: as fast to decode after, and
    /// there at once.
    bool random_context = false;
    DType cache_dtype = DType::BF16;
};

struct SpeedCase {
    int64_t context = 0;
    int64_t streams = 1;
    double prefill_tps = 0;  // of one prompt, however many streams; the chunks one after the other
    double decode_tps = 0;   // of all streams together
};

/// Every context with every number of streams, in this order. A context is prefilled once and
/// shared by its streams, as a prefix cache would; it is rounded up to whole cache pages.
/// progress: told what is being measured. Errors: InvalidArgument for numbers below one or beyond
/// the model's context; core::Exception (ResourceExhausted) when the cache does not fit.
core::Result<std::vector<SpeedCase>> measureSpeed(
    Backend& backend, Model& model, const SpeedOptions& options,
    const std::function<void(const SpeedCase&)>& progress = {});

}  // namespace hearth::engine
