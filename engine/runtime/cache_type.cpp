// What a cache is made of, apart from the memory itself.

#include "engine/ops/latent_page.h"
#include "engine/runtime/kv_cache.h"

namespace hearth::engine {
namespace {

/// What a layer's tensor has in a row.
int64_t rowWidth(const ModelConfig& config, DType dtype) {
    return dtype == DType::Q8 ? latentRowWidth(config.kv_lora_rank, config.qk_rope_head_dim)
                              : config.cacheWidth();
}

DType elementType(DType dtype) {
    return dtype == DType::Q8 ? DType::U8 : dtype;
}

}  // namespace

int64_t cacheBytesPerToken(const ModelConfig& config, DType dtype, bool with_drafts) {
    const int64_t layers = config.num_hidden_layers + (with_drafts ? 1 : 0);
    return layers * rowWidth(config, dtype) * dtypeSize(elementType(dtype));
}

std::optional<DType> parseCacheType(const std::string& name) {
    if (name == "f32")
        return DType::F32;
    if (name == "bf16")
        return DType::BF16;
    return name == "int8" ? std::optional(DType::Q8) : std::nullopt;
}

core::Status checkCacheType(const ModelConfig& config, DType dtype) {
    if (dtype == DType::F32 || dtype == DType::BF16)
        return {};
    if (dtype == DType::Q8 && config.latent() && !config.sparse() &&
        fitsLatentPage(config.kv_lora_rank, config.qk_rope_head_dim))
        return {};
    return core::Error{core::ErrorCode::InvalidArgument,
                       std::string("a KV cache in ") + dtypeName(dtype) +
                           " does not suit this model: 8 bits are for latent attention (MLA) over "
                           "every key; use bf16",
                       "cache"};
}

}  // namespace hearth::engine
