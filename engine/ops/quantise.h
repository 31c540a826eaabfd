// Rows of a weight to the panels of engine/ops/packed_layout.h and back.
//
// The bytes of a panel depend on its rows alone: not on the processor, the number of threads or
// how the work was cut, so that two imports of one checkpoint give the same file.
#pragma once
#include <cstddef>
#include <cstdint>

#include "engine/tensor.h"

namespace hearth::engine {

/// Rows of F32: row r begins at data + r * stride.
struct PanelRows {
    const float* data = nullptr;
    int64_t stride = 0;
    int64_t count = 0;  // 1..kPanelOutputs; missing ones count as zero
    int64_t depth = 0;
};

/// Writes the panelBytes(dtype, depth) bytes of one panel. dtype: F32, BF16, F16 (rounded to
/// nearest even), Q8 or Q4. A block's scale is
///   Q8  the largest magnitude / 120 to 127, whichever gives the least squared error;
///   Q4  the one of several candidates that gives the least squared error;
/// rounded to F16; codes are then the nearest ones to value / scale.
/// REQUIRES: finite values for Q8 and Q4.
void packPanel(DType dtype, const PanelRows& rows, std::byte* panel);

/// The first `count` outputs of a panel as rows of F32: exactly the values that the codes
/// stand for.
void unpackPanel(DType dtype, const std::byte* panel, int64_t count, int64_t depth, float* rows,
                 int64_t stride);

}  // namespace hearth::engine
