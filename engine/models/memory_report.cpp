#include "engine/models/memory_report.h"

#include <algorithm>

namespace hearth::engine {

int64_t latentBytesPerToken(const ModelConfig& config, DType cacheDtype) {
    return config.num_hidden_layers * config.cacheWidth() * dtypeSize(cacheDtype);
}

int64_t mhaBytesPerToken(const ModelConfig& config, DType cacheDtype) {
    return config.num_hidden_layers * config.num_attention_heads *
           (config.qkHeadDim() + config.vHeadDim()) * dtypeSize(cacheDtype);
}

int64_t gqaBytesPerToken(const ModelConfig& config, DType cacheDtype) {
    const int64_t heads = config.latent() ? std::min(kComparedKeyHeads, config.num_attention_heads)
                                          : config.num_key_value_heads;
    return config.num_hidden_layers * heads * (config.qkHeadDim() + config.vHeadDim()) *
           dtypeSize(cacheDtype);
}

ModelMemoryReport memoryReport(const Model& model, DType cacheDtype) {
    return {.weight_bytes = model.weightBytes(),
            .cache_bytes_per_token = latentBytesPerToken(model.config(), cacheDtype),
            .mha_bytes_per_token = mhaBytesPerToken(model.config(), cacheDtype)};
}

}  // namespace hearth::engine
