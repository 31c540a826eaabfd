// How full a model's KV cache is, and what the same tokens would take without MLA.
#pragma once
#include <cstdint>

#include "app/services/serving/loaded_model.h"

namespace hearth::app {

/// "As MHA": full keys and values of all heads for the same tokens.
struct CacheUse {
    int64_t bytesPerToken = 0;  // over all layers
    int64_t bytesPerTokenAsMha = 0;
    int64_t bytesTotal = 0;
    int64_t bytesUsed = 0;  // pages that running requests hold
    int64_t bytesUsedAsMha = 0;
};

CacheUse cacheUse(const engine::ModelConfig& config, const engine::SchedulerStats& stats);

}  // namespace hearth::app
