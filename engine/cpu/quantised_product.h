// Products with Q8 and Q4 weights: rows are quantised once, then threads share panels.
#pragma once
#include "engine/cpu/product.h"

namespace hearth::engine::cpu {

/// REQUIRES: product.bPacked, bType Q8 or Q4, aDepthStride 1.
void multiplyQuantised(ThreadPool& pool, const QuantisedKernels& kernels, const Product& product);

}  // namespace hearth::engine::cpu
