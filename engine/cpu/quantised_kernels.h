// Products of Q8 and Q4 panels with rows of activations in 8 bits.
//
// A row is quantised by itself, per block of 32 steps of depth: scale = largest magnitude / 127,
// code = nearest to value / scale (ties to even). A block's product is an integer, hence exact,
// and the blocks of a row are added in order with one fused multiply-add each:
//   out = fma(float(integer), weight scale * row scale, out)
// so every instruction set, tiling and batch gives the same bits.
#pragma once
#include <cstddef>
#include <cstdint>

namespace hearth::engine::cpu {

/// What a weight's stored codes have been raised by to be unsigned.
inline constexpr int32_t kQ8Bias = 128;
inline constexpr int32_t kQ4Bias = 8;

enum class PanelForm {
    Q8,       // unsigned codes [8 quads][32 outputs][4 steps]
    Q4,       // two codes a byte
    OpenedQ4  // Q4 laid out as Q8, for many rows
};

/// One or several rows, quantised; [blocks] of each row side by side in a tile.
struct QuantisedTile {
    int64_t blocks = 0;               // of 32 steps
    int64_t rows = 0;                 // 1..QuantisedKernels::tileRows
    int64_t columns = 0;              // outputs, over as many panels as that takes
    const int8_t* codes = nullptr;    // [blocks][rows][32]
    const float* scales = nullptr;    // [blocks][rows]
    const int32_t* starts = nullptr;  // [blocks][rows]: -bias * the sum of a block's codes
    const std::byte* panels = nullptr;
    int64_t panelStride = 0;  // bytes
    PanelForm form = PanelForm::Q8;
    /// From here on, so many lines of 64 bytes are fetched with each block for a later tile, so
    /// that memory is busy while this one multiplies.
    const std::byte* ahead = nullptr;
    int64_t aheadLines = 0;
    float* c = nullptr;
    int64_t cStride = 0;
    bool accumulate = false;  // c += scale * product
    float scale = 1.0f;
};

/// Where a row goes: its blocks lie `rows` apart, those of the tile's other rows between them.
struct QuantisedRow {
    int8_t* codes = nullptr;
    float* scales = nullptr;
    int32_t* starts = nullptr;
    int64_t rows = 1;
};

struct QuantisedKernels {
    int64_t tileRows;  // rows at which the tile is fastest, and its limit
    int64_t openRows;  // rows from which a Q4 panel is opened first; open may be null if never met
    /// One row of `depth` floats, filled up with zeros to whole blocks. A block with a value that
    /// is not finite gives NaN; one whose scale would not be a normal number counts as zero.
    void (*quantise)(const float* x, int64_t depth, int32_t bias, const QuantisedRow& out);
    void (*tile)(const QuantisedTile&);
    /// A Q4 panel of so many blocks in the form OpenedQ4, which has the size of a Q8 panel.
    void (*open)(const std::byte* panel, int64_t blocks, std::byte* target);
};

const QuantisedKernels& scalarQuantisedKernels();
const QuantisedKernels& avx2QuantisedKernels();
const QuantisedKernels& vnniQuantisedKernels();
/// QuantisedKernels::quantise of the latter.
void quantiseRowVnni(const float* x, int64_t depth, int32_t bias, const QuantisedRow& out);

}  // namespace hearth::engine::cpu
