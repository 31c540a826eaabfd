// Matrix products of operands that are rounded to BF16, with sums in F32: for training, where they
// take half the time of F32 on processors that multiply pairs of BF16 (pair_kernels.h).
#pragma once
#include "engine/cpu/product.h"

namespace hearth::engine::cpu {

/// A matrix b(n, k) as a product reads it: panels of [pairs][kPanel] pairs.
struct PairMatrix {
    const float* data = nullptr;
    int64_t outputs = 0;
    int64_t depth = 0;
    int64_t outputStride = 0;  // 1, or depthStride is 1
    int64_t depthStride = 1;
};

/// Bytes that a matrix takes once it is packed: about 2 an element.
int64_t pairMatrixBytes(int64_t outputs, int64_t depth);
/// target: pairMatrixBytes, aligned to 64 bytes.
void packPairs(ThreadPool& pool, const Kernels& kernels, const PairMatrix& matrix, void* target);

/// Scaled, too, without accumulate. Sums over more than 2048 steps are added up in such portions.
/// REQUIRES: product.bType is F32; with bPacked every job's b is what packPairs gives. Bits depend
/// on an element's own inputs only, as those of multiply() do, and are the same whether b was
/// packed before or not.
void multiplyPairs(ThreadPool& pool, const Kernels& kernels, const Product& product);

}  // namespace hearth::engine::cpu
