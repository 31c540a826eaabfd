// Rows of activations in 8 bits, and the kernels that multiply them with Q8 and Q4 panels.
#pragma once
#include <cstdint>

#include "engine/cuda/product_cuda.h"

namespace hearth::engine::cuda {

/// Row r of head h is row h * headRows + r; without heads headRows is 0.
struct QuantisedRows {
    int64_t blocks = 0;  // of 32 steps
    int64_t headRows = 0;
    int8_t* codes = nullptr;  // [rows][blocks][32], words of four in the order of quantisedWord()
    float* scales = nullptr;  // [rows][blocks]
};

/// Rows of a group up to which a panel is read once for all of them, without tensor cores.
inline constexpr int64_t kFewRows = 8;
/// Rounds the rows itself.
void multiplyFewRows(DeviceMemory& memory, const Product& product);
void multiplyManyRows(DeviceMemory& memory, const Product& product, const QuantisedRows& rows);

}  // namespace hearth::engine::cuda
