// The inner loops of the CPU backend, once for each instruction set. Every set gives the same
// bits: sums run in the same order with the same fused multiply-adds, and sums over a row use
// 16 partial sums combined in one fixed tree whatever the register width.
#pragma once
#include <cstdint>

#include "engine/cpu/cpu_backend.h"
#include "engine/cpu/latent_kernels.h"
#include "engine/cpu/pair_kernels.h"
#include "engine/cpu/quantised_kernels.h"
#include "engine/tensor.h"

namespace hearth::engine::cpu {

/// Outputs side by side in a packed weight: [panel][depth][kPanel].
inline constexpr int64_t kPanel = 32;
/// No instruction set's tile has more rows.
inline constexpr int64_t kMaxTileRows = 16;

/// c[r][n] = sum over k of a[k][r] * b[k][n], or c += scale * sum when accumulate. The sum is
/// one chain of fused multiply-adds in the order of k.
struct TileParams {
    int64_t depth = 0;
    int64_t rows = 0;          // 1..Kernels::tileRows
    int64_t columns = 0;       // outputs, over as many panels as that takes
    const float* a = nullptr;  // [depth][rows]
    const void* b = nullptr;   // [panel][depth][kPanel], readable up to a multiple of 16 columns
    DType bType = DType::F32;  // F32, BF16 or F16
    int64_t panelStride = 0;   // elements between panels
    int64_t depthStride = kPanel;  // elements between steps of depth
    float* c = nullptr;
    int64_t cStride = 0;
    bool accumulate = false;
    float scale = 1.0f;
};

/// One block of keys of an online softmax, row by row: scores become exp(scale * score - max),
/// and the running maximum and sum take the block in.
struct SoftmaxBlockParams {
    float* scores = nullptr;  // [rows][stride]
    int64_t rows = 0;
    int64_t stride = 0;
    int64_t columns = 0;               // at least what any row sees; a multiple of 16
    const int64_t* visible = nullptr;  // [rows]: keys of the block that the row sees; others give 0
    const int64_t* hidden = nullptr;   // [rows] or null: of those, how many first ones it does not
    float scale = 1.0f;
    float* maximum = nullptr;     // [rows], -inf at first, or a sink's logit
    float* sum = nullptr;         // [rows], 0 at first, or 1 for the sink
    float* correction = nullptr;  // [rows], out: what earlier results are to be scaled by
};

/// softmaxBlock of up to 16 rows, whose weights are multiplied by those of their keys and rounded
/// as by LatentKernels::weigh. The scores are lost.
struct SoftmaxCodesParams {
    SoftmaxBlockParams block;
    const float* keyScales = nullptr;  // [columns]; 0 for keys that are not there
    uint8_t* codes = nullptr;          // [rows][block.stride]
    float* codeScales = nullptr;       // [rows], out
};

struct Kernels {
    const char* name;
    int64_t tileRows;  // rows at which the tile is fastest, and its limit
    void (*tile)(const TileParams&);
    /// target[k * targetStride + r] = rows[r][k]
    void (*interleave)(const float* const* rows, int64_t count, int64_t depth, float* target,
                       int64_t targetStride);
    /// As interleave, from BF16 rows.
    void (*interleaveBf16)(const uint16_t* const* rows, int64_t count, int64_t depth, float* target,
                           int64_t targetStride);
    /// target[k * targetStride + r] = source[k * sourceStride + r]
    void (*copyColumns)(const float* source, int64_t sourceStride, int64_t count, int64_t depth,
                        float* target, int64_t targetStride);
    void (*softmaxBlock)(const SoftmaxBlockParams&);
    void (*softmaxCodes)(const SoftmaxCodesParams&);
    void (*rmsNorm)(const float* x, const float* weight, float eps, int64_t count, float* out);
    /// out = (x - mean) / sqrt(variance + eps) * weight + bias; out may be x.
    void (*layerNorm)(const float* x, const float* weight, const float* bias, float eps,
                      int64_t count, float* out);
    void (*swiglu)(const float* gate, const float* up, int64_t count, float* out);
    /// SwigluParams with a limit.
    void (*clampedSwiglu)(const float* gate, const float* up, float limit, int64_t count,
                          float* out);
    void (*sigmoid)(const float* x, int64_t count, float* out);
    /// out = exp(x - shift); returns the sum.
    float (*expShifted)(const float* x, float shift, int64_t count, float* out);
    void (*scale)(float factor, int64_t count, float* x);
    /// out += factor * x, fused.
    void (*addScaled)(const float* x, float factor, int64_t count, float* out);
    /// out += factor * max(x, 0), fused; a NaN in x counts as 0.
    void (*addScaledRelu)(const float* x, float factor, int64_t count, float* out);
    void (*add)(const float* a, const float* b, int64_t count, float* out);
    void (*bf16ToFloat)(const uint16_t* x, int64_t count, float* out);
    void (*floatToBf16)(const float* x, int64_t count, uint16_t* out);
    const QuantisedKernels* quantised;
    const LatentKernels* latent;
    const PairKernels* pairs;
};

const Kernels& scalarKernels();
const Kernels& avx2Kernels();
const Kernels& avx512Kernels();      // integers as avx2Kernels
const Kernels& avx512VnniKernels();  // floats as avx512Kernels
const Kernels& avx512Bf16Kernels();  // but for pairs of BF16 as avx512VnniKernels

/// Errors: core::Exception(Unsupported) when the processor lacks the instruction set.
const Kernels& kernelsFor(CpuIsa isa);

}  // namespace hearth::engine::cpu
