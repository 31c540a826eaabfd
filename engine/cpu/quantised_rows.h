// The rows of a product with quantised weights, as its tiles take them.
#pragma once
#include <algorithm>
#include <cstdint>
#include <cstring>

#include "engine/cpu/scratch.h"
#include "engine/ops/packed_layout.h"

namespace hearth::engine::cpu {

/// Rows in 8 bits, side by side in tiles; a tile of one row is that row.
struct QuantisedRows {
    int8_t* codes = nullptr;
    float* scales = nullptr;
    int32_t* starts = nullptr;

    static int64_t floats(int64_t rows, int64_t blocks) {
        return roundUp(rows * blocks * (kQuantBlock / 4 + 2), 16);
    }
    /// In `scratch` of floats(rows, blocks).
    QuantisedRows(float* scratch, int64_t rows, int64_t blocks)
        : codes(reinterpret_cast<int8_t*>(scratch)),
          scales(scratch + rows * blocks * kQuantBlock / 4),
          starts(reinterpret_cast<int32_t*>(scales + rows * blocks)) {}
    QuantisedRows(const QuantisedRows& from, int64_t row, int64_t blocks)
        : codes(from.codes + row * blocks * kQuantBlock),
          scales(from.scales + row * blocks),
          starts(from.starts + row * blocks) {}

    /// Copies one row to place `at` of this tile of tileRows rows.
    void put(int64_t at, int64_t tileRows, const QuantisedRows& row, int64_t blocks) const {
        for (int64_t b = 0; b < blocks; ++b, at += tileRows) {
            std::memcpy(codes + at * kQuantBlock, row.codes + b * kQuantBlock, kQuantBlock);
            scales[at] = row.scales[b];
            starts[at] = row.starts[b];
        }
    }
};

/// A row before it is quantised, and the tile that takes it.
struct FloatRow {
    const float* x = nullptr;
    int64_t tileBegin = 0;  // among all rows
    int64_t tileRows = 1;
};

/// How a number of rows is cut into tiles of nearly the same size.
struct Tiling {
    int64_t count = 0;
    int64_t tiles = 0;
    int64_t rows = 0;  // of every tile but the last

    Tiling(int64_t rowCount, int64_t most)
        : count(rowCount), tiles((count + most - 1) / most), rows((count + tiles - 1) / tiles) {}
    int64_t rowsAt(int64_t begin) const { return std::min(rows, count - begin); }
};

}  // namespace hearth::engine::cpu
