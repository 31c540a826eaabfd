// Compares a checkpoint's tensor with what its architecture expects there.
#pragma once
#include <string>
#include <vector>

#include "engine/formats/weight_source.h"
#include "engine/models/canonical_weights.h"

namespace hearth::engine {

/// What a checkpoint has at a place. scales: of FP8 codes and MXFP4 blocks, null when missing.
struct FoundTensor {
    StoredPlace place;
    const StoredTensor* stored = nullptr;
    const StoredTensor* scales = nullptr;
};

/// The tensor that holds the scales of another: NAME_scale_inv of FP8 codes, NAME_scales of MXFP4
/// NAME_blocks. Empty when it needs none.
std::string scalesName(const StoredPlace& place, const StoredTensor& stored);

/// Empty when the tensor and its scales are as expected.
std::string problemWith(const FoundTensor& found);

/// A dtype that weights may have.
bool isFloatType(DType dtype);

/// "[512, 96]"
std::string shapeText(const std::vector<int64_t>& shape);

}  // namespace hearth::engine
