// A checkpoint's tensors under Hearth's names, whatever its family calls them and however it
// joins them: experts one by one or in one tensor, gate and up apart, stacked or interleaved,
// FP8 codes beside their scales, MXFP4 blocks beside theirs.
#pragma once
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/result.h"
#include "engine/formats/weight_source.h"
#include "engine/models/model_config.h"

namespace hearth::engine {

/// Where a checkpoint may keep one canonical tensor.
struct StoredPlace {
    std::string name;            // of the tensor in the file
    std::vector<int64_t> shape;  // of that tensor as a whole
    int64_t entry = -1;          // entry of dimension 0 that holds it (an expert); -1: the whole
    int64_t row_begin = 0;       // first row within the entry
    int64_t row_step = 1;        // 2: every other row
    bool transposed = false;     // the entry is stored [in, out]
    bool mxfp4 = false;          // U8 nibbles; NAME_blocks has its scales in NAME_scales
};

/// The places of a canonical tensor, the likeliest first. The first whose name the checkpoint
/// has counts.
std::vector<StoredPlace> storedPlaces(const ModelConfig& config, const TensorSpec& spec);

/// num_nextn_predict_layers as the checkpoint has them: all of the config's, or none when it
/// holds no tensor of theirs. transformers leaves those layers out of what it saves and keeps
/// their number in config.json, so every fine-tune made with it looks like that.
int64_t storedMtpLayers(const ModelConfig& config, const WeightSource& weights);

/// Checks every tensor of the model (present, shape, float dtype, scales of quantised ones, which
/// must be numbers) and that there is no other, and returns them under their canonical names.
/// Views: the result refers to `weights`, which must outlive it. Not counted as extra:
/// rotary_emb.inv_freq (computed from the config) and, when embeddings are tied, lm_head.weight (a
/// copy that the model family ignores as well). Errors: InvalidArgument listing the first problems,
/// with the names and shapes that the checkpoint should have, and their count.
core::Result<std::unique_ptr<WeightSource>> canonicalWeights(const ModelConfig& config,
                                                             const WeightSource& weights);
/// The same for the tensors of `specs` instead of tensorSpecs(config).
core::Result<std::unique_ptr<WeightSource>> canonicalWeights(const ModelConfig& config,
                                                             std::span<const TensorSpec> specs,
                                                             const WeightSource& weights);

}  // namespace hearth::engine
