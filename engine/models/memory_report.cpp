#include "engine/models/memory_report.h"

namespace hearth::engine {

int64_t latentBytesPerToken(const ModelConfig& config, DType cacheDtype) {
    return config.num_hidden_layers * config.cacheWidth() * dtypeSize(cacheDtype);
}

int64_t mhaBytesPerToken(const ModelConfig& config, DType cacheDtype) {
    return config.num_hidden_layers * config.num_attention_heads *
           (config.qkHeadDim() + config.v_head_dim) * dtypeSize(cacheDtype);
}

ModelMemoryReport memoryReport(const Model& model, DType cacheDtype) {
    return {.weight_bytes = model.weightBytes(),
            .cache_bytes_per_token = latentBytesPerToken(model.config(), cacheDtype),
            .mha_bytes_per_token = mhaBytesPerToken(model.config(), cacheDtype)};
}

}  // namespace hearth::engine
