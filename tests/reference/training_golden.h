// Training goldens of one reference model.
#pragma once
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/formats/weight_source.h"
#include "engine/models/model_config.h"
#include "finetune/model/packed_batch.h"

namespace hearth::test {

/// HEARTH_REFERENCE_DIR, else the copy in tests/data.
std::filesystem::path referenceModel(const std::string& name);

/// Throws core::Exception when the file cannot be read.
std::unique_ptr<engine::WeightSource> openReference(const std::filesystem::path& file);
std::vector<float> floatsOf(const engine::WeightSource& source, const std::string& name);

/// The golden batch: its right-padded rows as segments of their real length.
finetune::PackedBatch trainingBatch(const engine::WeightSource& golden);
/// Row-major golden logits [2, 24, vocab] at the real tokens only, in the order of the batch.
std::vector<float> realTokenLogits(const engine::WeightSource& golden,
                                   const std::vector<float>& logits);

/// Distribution of |a - b|.
struct Differences {
    double largest = 0.0;
    double quantile9999 = 0.0;
    double relative = 0.0;  // L2 norm of the difference over the norm of the expected values
};
Differences compare(std::span<const float> actual, std::span<const float> expected);

}  // namespace hearth::test
