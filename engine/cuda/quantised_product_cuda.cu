// Products with Q8 and Q4 panels. Rows are rounded to 8 bits first; a block of 32 steps is then an
// integer, exact in whatever order or unit it is computed, and the blocks of an output are added in
// order with one fused multiply-add each. Hence the CPU's bits, by whichever kernel.
#include <algorithm>

#include "engine/cuda/launch.cuh"
#include "engine/cuda/quantised_device.cuh"

namespace hearth::engine::cuda {
namespace {

constexpr int kThreads = 256;

/// Eight lanes a block of a row.
__global__ void quantiseRows(Product p, QuantisedRows out, int64_t blocksOfAll) {
    const int64_t index = (int64_t(blockIdx.x) * kThreads + threadIdx.x) / kQuads;
    const int64_t block = min(index, blocksOfAll - 1);  // whole warps go on
    const int quad = int(threadIdx.x) % kQuads;
    const int64_t row = block / out.blocks, step = block % out.blocks * kSteps + quad * 4;
    const float* x = p.x + row % p.xRows * p.xStride + row / p.xRows * p.xGroupStride;
    const QuantisedQuad rounded = quantiseQuad(x + step, p.depth - step);
    if (index >= blocksOfAll)
        return;
    reinterpret_cast<uint32_t*>(out.codes)[index * kQuads + quantisedWord(quad)] = rounded.codes;
    if (quad == 0)
        out.scales[index] = rounded.scale;
}

}  // namespace

void multiplyQuantised(DeviceMemory& memory, const Product& p) {
    if (p.xRows == 0)
        return;
    if (p.rowsOfGroup() <= kFewRows)
        return multiplyFewRows(memory, p);
    // Heads have rows of their own; experts share those of x through their sources.
    const bool heads = p.xGroupStride > 0;
    const int64_t blocks = (p.depth + kSteps - 1) / kSteps;
    const int64_t blocksOfAll = (heads ? p.groups : 1) * p.xRows * blocks;
    const Scratch<int8_t> codes(memory, blocksOfAll * kSteps);
    const Scratch<float> scales(memory, blocksOfAll);
    const QuantisedRows rows{.blocks = blocks,
                             .headRows = heads ? p.xRows : 0,
                             .codes = codes.data(),
                             .scales = scales.data()};
    constexpr int64_t kOfBlock = kThreads / kQuads;
    launchKernel(memory, "quantiseRows", quantiseRows,
                 {.grid = unsigned((blocksOfAll + kOfBlock - 1) / kOfBlock), .threads = kThreads},
                 p, rows, blocksOfAll);
    multiplyManyRows(memory, p, rows);
}

}  // namespace hearth::engine::cuda
