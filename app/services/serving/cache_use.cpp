#include "app/services/serving/cache_use.h"

namespace hearth::app {

CacheUse cacheUse(const engine::ModelConfig& config, const engine::SchedulerStats& stats) {
    CacheUse use;
    use.bytesPerToken = stats.cache_bytes_per_token;
    use.bytesPerTokenAsMha = use.bytesPerToken / config.cacheWidth() * config.num_attention_heads *
                             (config.qkHeadDim() + config.vHeadDim());
    const int64_t used =
        (stats.cache_pages - stats.cache_pages_free) * engine::KvCache::kPageTokens;
    use.bytesTotal = stats.cache_pages * engine::KvCache::kPageTokens * use.bytesPerToken;
    use.bytesUsed = used * use.bytesPerToken;
    use.bytesUsedAsMha = used * use.bytesPerTokenAsMha;
    return use;
}

}  // namespace hearth::app
