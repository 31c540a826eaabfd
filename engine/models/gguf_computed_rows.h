// Canonical rows that a GGUF file holds in another form.
#pragma once
#include <memory>

#include "engine/formats/weight_source.h"
#include "engine/models/model_config.h"

namespace hearth::engine {

/// kv_b_proj [heads * (nope + v), lora] from k_b [heads, lora, nope] and v_b [heads, v, lora],
/// which must outlive it.
std::shared_ptr<const ComputedRows> joinedKv(const ModelConfig& config, const StoredTensor& k,
                                             const StoredTensor& v);

/// `stored`, with its first `rows` rows divided by `scale` (gguf_names.h: ggufLatentScale).
std::shared_ptr<const ComputedRows> unscaledRows(StoredTensor stored, int64_t rows, double scale);

}  // namespace hearth::engine
