// How fast a backend reads weights and multiplies, measured in half a second.
#pragma once
#include "engine/ops/backend.h"

namespace hearth::engine {

struct MachineRates {
    double bytes_per_second = 0;  // weights streamed by products with one token
    double matrix_flops = 0;      // a second; products of a prompt's chunk with such weights
    double attention_flops = 0;   // the same with F32, in which attention computes
};

/// weights: the type that most of the model's have. Needs 400 MB for the duration.
/// Errors: core::Exception (ResourceExhausted).
MachineRates measureRates(Backend& backend, DType weights);

}  // namespace hearth::engine
