// What a loaded model costs in memory, for administrators and for sizing the cache.
#pragma once
#include <cstdint>

#include "engine/models/model.h"

namespace hearth::engine {

struct ModelMemoryReport {
    int64_t weight_bytes = 0;
    int64_t cache_bytes_per_token = 0;  // all layers
    int64_t mha_bytes_per_token = 0;    // what keys and values of every head would need
};

ModelMemoryReport memoryReport(const Model& model, DType cacheDtype);
/// The cache figures alone, from the config.
int64_t latentBytesPerToken(const ModelConfig& config, DType cacheDtype);
int64_t mhaBytesPerToken(const ModelConfig& config, DType cacheDtype);
/// What grouped-query attention needs: a Grouped model its own keys and values; for an MLA model,
/// what kComparedKeyHeads key heads of its width would (Llama 3's number).
inline constexpr int64_t kComparedKeyHeads = 8;
int64_t gqaBytesPerToken(const ModelConfig& config, DType cacheDtype);

}  // namespace hearth::engine
