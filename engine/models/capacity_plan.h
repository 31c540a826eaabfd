// What a model needs of a machine, before it is loaded: memory to the byte, and how many users
// and how many tokens a second to expect.
#pragma once
#include <cstdint>
#include <string>

#include "core/result.h"
#include "engine/models/counting_backend.h"
#include "engine/models/machine_rates.h"
#include "engine/models/plan_source.h"

namespace hearth::engine {

struct PlanRequest {
    std::string precision = "exact";  // PackRecipe::names()
    int64_t context = 4096;           // tokens of a prompt and its answer, of every user
    int64_t users = 1;                // who generate at once
    int64_t memory_bytes = 0;         // for all of it
    DType cache_dtype = DType::F32;
    int64_t prefill_chunk = 256;    // SchedulerOptions
    int64_t prompt_keys_bytes = 0;  // the same; only prompts longer than a chunk keep keys
};

struct CapacityPlan {
    PlanRequest request;
    std::string architecture;
    int64_t parameters = 0;
    int64_t active_parameters = 0;

    int64_t weight_bytes = 0;   // Model::weightBytes()
    int64_t table_bytes = 0;    // rotations by position
    int64_t loading_bytes = 0;  // more than the weights, while they are packed from a checkpoint
    int64_t cache_bytes_per_token = 0;
    int64_t gqa_bytes_per_token = 0;  // gqaBytesPerToken
    int64_t mha_bytes_per_token = 0;
    int64_t cache_bytes = 0;       // whole pages for all users
    int64_t prompt_key_bytes = 0;  // of prompts that enter, all users' at most
    int64_t activation_bytes = 0;  // StepSimulator::activationBytes
    int64_t needed_bytes = 0;      // the most at once: loading, or serving

    bool fits = false;
    int64_t max_users = 0;    // at this context
    int64_t max_context = 0;  // for these users; 0: not even one page
    /// The finest coarser precision in which everything requested fits; empty: none does.
    std::string fitting_precision;
    // When nothing else would do: max_context in int4, and what its weights take.
    int64_t int4_context = 0;
    int64_t int4_weight_bytes = 0;
    DType weight_dtype = DType::F32;  // of most weights
    StepCost decode;                  // of a step of all users, their contexts full
    StepCost first_chunk;             // of a prompt
    StepCost last_chunk;
    int64_t last_chunk_tokens = 0;
};

/// Errors: InvalidArgument naming the argument: precision, users, a context that the model has not.
core::Result<CapacityPlan> planCapacity(const PlanSource& source, const PlanRequest& request);

/// ResourceExhausted unless it fits, with the nearest precision, context and users that would.
core::Status checkFits(const CapacityPlan& plan);

/// Tokens a second that memory and arithmetic allow, whichever is slower; overheads come on top.
struct SpeedForecast {
    double decode_per_user = 0;
    double decode_total = 0;
    double prefill = 0;  // one prompt of the whole context
};
SpeedForecast forecastSpeed(const CapacityPlan& plan, const MachineRates& rates);

}  // namespace hearth::engine
