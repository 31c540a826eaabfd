// A model's tensors as a safetensors file that is made while it is sent.
#pragma once
#include <functional>
#include <span>
#include <string>

#include "core/result.h"
#include "engine/formats/weight_source.h"

namespace hearth::engine {

/// Sends header and data in pieces, in the order of names(), each tensor as typeOf(name) says: BF16
/// (rounded to nearest even) or F32. take returns false to end it. Memory: a few MB.
/// Errors: Cancelled; DataCorrupt for a tensor that cannot be read.
core::Status streamSafetensors(const WeightSource& weights,
                               const std::function<DType(const std::string&)>& typeOf,
                               const std::function<bool(std::span<const std::byte>)>& take);

}  // namespace hearth::engine
