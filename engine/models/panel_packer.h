// Fused weights read from a checkpoint and packed, a range of panels at a time, on all cores.
#pragma once
#include <functional>
#include <span>

#include "engine/formats/packed_file.h"
#include "engine/formats/weight_source.h"
#include "engine/models/weight_store.h"

namespace hearth::engine {

/// Where packed bytes go, in order.
using ByteSink = std::function<void(std::span<const std::byte>)>;

/// Errors: core::Exception(DataCorrupt) for a value to be quantised that is no finite number;
/// what the sink throws.
PackedError packMatrix(const WeightSource& weights, const FusedWeight& weight, DType dtype,
                       const ByteSink& sink);
/// Row-major, as F32, BF16 or F16.
PackedError packTable(const StoredTensor& tensor, DType dtype, const ByteSink& sink);

}  // namespace hearth::engine
