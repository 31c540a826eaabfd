// MiniCPM3: dense, multi-head latent attention with half-split rope and longrope, and muP's
// multipliers under names of its own.
#include <cmath>
#include <nlohmann/json.hpp>

#include "engine/models/config_parts.h"
#include "engine/models/families/families.h"

namespace hearth::engine::families {

core::Result<ModelConfig> miniCpm3(const nlohmann::json& json) {
    ConfigDraft draft(json, "MiniCPM3ForCausalLM");
    draft.readLatentAttention(true);
    ModelConfig& config = draft.config;
    config.rope_interleave = false;
    config.tie_word_embeddings = draft.reader.flag("tie_word_embeddings", true);
    config.score_correction_bias = false;
    config.embedding_multiplier = draft.reader.number("scale_emb", 1e-6, 1e6, 1.0);
    config.residual_multiplier = draft.reader.number("scale_depth", 1e-6, 1e6, 1.0) /
                                 std::sqrt(double(config.num_hidden_layers));
    const int64_t base = draft.reader.integer("dim_model_base", 1, 1 << 20, config.hidden_size);
    config.logits_multiplier = double(base) / double(config.hidden_size);
    return draft.finish();
}

}  // namespace hearth::engine::families
