#include "engine/models/memory_report.h"

#include <algorithm>

namespace hearth::engine {
namespace {

int64_t elementBytes(DType cacheDtype) {
    return cacheDtype == DType::Q8 ? 1 : dtypeSize(cacheDtype);
}

}  // namespace

int64_t latentBytesPerToken(const ModelConfig& config, DType cacheDtype) {
    return cacheBytesPerToken(config, cacheDtype);
}

int64_t mhaBytesPerToken(const ModelConfig& config, DType cacheDtype) {
    return config.num_hidden_layers * config.num_attention_heads *
           (config.qkHeadDim() + config.vHeadDim()) * elementBytes(cacheDtype);
}

int64_t gqaBytesPerToken(const ModelConfig& config, DType cacheDtype) {
    const int64_t heads = config.latent() ? std::min(kComparedKeyHeads, config.num_attention_heads)
                                          : config.num_key_value_heads;
    return config.num_hidden_layers * heads * (config.qkHeadDim() + config.vHeadDim()) *
           elementBytes(cacheDtype);
}

ModelMemoryReport memoryReport(const Model& model, DType cacheDtype) {
    return {.weight_bytes = model.weightBytes(),
            .cache_bytes_per_token = latentBytesPerToken(model.config(), cacheDtype),
            .mha_bytes_per_token = mhaBytesPerToken(model.config(), cacheDtype)};
}

}  // namespace hearth::engine
