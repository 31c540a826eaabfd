// The kernels' one source. A file for each instruction set includes its simd_*.h, defines
// HEARTH_ISA as that header's namespace, and includes this. Nothing here may call an inline
// function of another namespace: the linker could keep the copy with the wrong instructions.
#include "engine/cpu/kernels.h"

namespace hearth::engine::cpu::HEARTH_ISA {

inline constexpr int kLanes = 16;
static_assert(kTileRows <= kMaxTileRows);

template <typename Element>
Vec loadWeights(const Element* p);
template <>
inline Vec loadWeights(const float* p) {
    return load(p);
}

// Tag types tell the 16-bit formats apart; both are stored as uint16_t.
struct Bf16 {
    uint16_t bits;
};
struct F16 {
    uint16_t bits;
};
template <>
inline Vec loadWeights(const Bf16* p) {
    return loadBf16(&p->bits);
}
template <>
inline Vec loadWeights(const F16* p) {
    return loadF16(&p->bits);
}

inline Vec loadSome(const float* p, int64_t count) {
    return count >= kLanes ? load(p) : loadFirst(p, count);
}
inline void storeSome(float* p, Vec a, int64_t count) {
    count >= kLanes ? store(p, a) : storeFirst(p, a, count);
}

/// The fixed tree: lane i takes i + 8, then i + 4, i + 2, i + 1.
inline float sumLanes(Vec a) {
    return treeSum(a);
}
inline float maxLanes(Vec a) {
    return treeMax(a);
}

/// e^x with a relative error near 1e-7. Exactly 1 for 0; 0 below -87.3, where the result would
/// leave the normal range; infinity above 88.7; NaN stays NaN.
///
/// Of several vectors, each step for all of them: a step waits for the one before.
template <int kCount>
inline void exponentials(Vec (&x)[kCount]) {
    // Adding 1.5 * 2^23 rounds to an integer and leaves it in the low bits.
    const Vec magic = broadcast(12582912.0f);
    Vec n[kCount], power[kCount], p[kCount];
#pragma GCC unroll 8
    for (int i = 0; i < kCount; ++i)
        x[i] = min(broadcast(88.8f), max(broadcast(-87.4f), x[i]));
#pragma GCC unroll 8
    for (int i = 0; i < kCount; ++i)
        n[i] = fma(x[i], broadcast(1.44269504f), magic);
#pragma GCC unroll 8
    for (int i = 0; i < kCount; ++i) {
        power[i] = zeroWhereLess(x[i], broadcast(-87.3f), powerOfTwo(n[i]));
        n[i] = n[i] - magic;
        // ln 2 in two parts: the first has few bits, so that n times it is exact.
        x[i] = fma(n[i], broadcast(-0.693359375f), x[i]);
    }
#pragma GCC unroll 8
    for (int i = 0; i < kCount; ++i) {
        x[i] = fma(n[i], broadcast(2.12194440e-4f), x[i]);
        p[i] = broadcast(1.0f / 5040);
    }
    // Taylor to r^7 / 7!; with |r| <= 0.35 the rest is below 6e-9.
    constexpr float kFactors[] = {1.0f / 720, 1.0f / 120, 1.0f / 24, 1.0f / 6, 0.5f, 1.0f, 1.0f};
#pragma GCC unroll 8
    for (int k = 0; k < 7; ++k) {
#pragma GCC unroll 8
        for (int i = 0; i < kCount; ++i)
            p[i] = fma(p[i], x[i], broadcast(kFactors[k]));
    }
#pragma GCC unroll 8
    for (int i = 0; i < kCount; ++i)
        x[i] = p[i] * power[i];
}

inline Vec exponential(Vec x) {
    Vec one[1] = {x};
    exponentials(one);
    return one[0];
}

inline Vec logistic(Vec x) {
    const Vec one = broadcast(1.0f);
    return one / (one + exponential(zero() - x));
}

/// Applies out[i..i+16) = function(i, lanes left) along a row.
template <typename Function>
inline void alongRow(int64_t count, float* out, Function function) {
    for (int64_t i = 0; i < count; i += kLanes)
        storeSome(out + i, function(i, count - i), count - i);
}

/// The sums of a tile, one vector of outputs after the other.
template <int kRows, int kVectors>
struct Sums {
    Vec v[kRows][kVectors];
};

template <int kRows, int kVectors>
inline void clear(Sums<kRows, kVectors>& sums) {
#pragma GCC unroll 16
    for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 16
        for (int v = 0; v < kVectors; ++v)
            sums.v[r][v] = zero();
    }
}

/// One step of depth.
template <int kRows, int kVectors>
inline void addStep(Sums<kRows, kVectors>& sums, const float* a, const Vec (&weights)[kVectors]) {
#pragma GCC unroll 16
    for (int r = 0; r < kRows; ++r) {
        const Vec x = broadcast(a[r]);
#pragma GCC unroll 16
        for (int v = 0; v < kVectors; ++v)
            sums.v[r][v] = fma(x, weights[v], sums.v[r][v]);
    }
}

template <int kRows, int kVectors>
inline void storeSums(const TileParams& t, const Sums<kRows, kVectors>& sums, float* c,
                      int64_t columns) {
#pragma GCC unroll 16
    for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 16
        for (int v = 0; v < kVectors; ++v) {
            float* target = c + r * t.cStride + v * kLanes;
            const int64_t left = columns - v * kLanes;
            Vec result = sums.v[r][v];
            if (t.accumulate)
                result = fma(broadcast(t.scale), result, loadSome(target, left));
            storeSome(target, result, left);
        }
    }
}

template <int kRows, int kVectors, typename Element>
void microTile(const TileParams& t, int64_t firstVector, float* c, int64_t columns) {
    Sums<kRows, kVectors> sums;
    clear(sums);
    const float* a = t.a;
    const Element* b = static_cast<const Element*>(t.b) + firstVector / 2 * t.panelStride +
                       firstVector % 2 * kLanes;
    for (int64_t k = 0; k < t.depth; ++k) {
        Vec weights[kVectors];
#pragma GCC unroll 16
        for (int v = 0; v < kVectors; ++v)
            weights[v] = loadWeights(b + (v / 2) * t.panelStride + (v % 2) * kLanes);
        addStep(sums, a, weights);
        a += kRows;
        b += t.depthStride;
    }
    storeSums(t, sums, c, columns);
}

/// Walks the columns in steps of kVectors vectors, then of half as many for the rest.
template <int kRows, int kVectors, typename Element>
void tileFrom(const TileParams& t, int64_t firstVector) {
    const int64_t vectors = (t.columns + kLanes - 1) / kLanes;
    for (; firstVector + kVectors <= vectors; firstVector += kVectors) {
        const int64_t column = firstVector * kLanes;
        microTile<kRows, kVectors, Element>(t, firstVector, t.c + column, t.columns - column);
    }
    if constexpr (kVectors > 1) {
        if (firstVector < vectors)
            tileFrom<kRows, kVectors / 2, Element>(t, firstVector);
    }
}

template <typename Element, int kRows = 1>
void tileOfRows(const TileParams& t) {
    if (t.rows == kRows) {
        tileFrom<kRows, tileVectors(kRows), Element>(t, 0);
    } else if constexpr (kRows < kTileRows) {
        tileOfRows<Element, kRows + 1>(t);
    }
}

inline void tile(const TileParams& t) {
    switch (t.bType) {
        case DType::F32:
            return tileOfRows<float>(t);
        case DType::BF16:
            return tileOfRows<Bf16>(t);
        case DType::F16:
            return tileOfRows<F16>(t);
        default:
            return;  // callers never pass another type
    }
}

typedef float Quad __attribute__((vector_size(16)));
typedef int QuadIndex __attribute__((vector_size(16)));
typedef unsigned int QuadBits __attribute__((vector_size(16)));

inline Quad loadQuad(const float* p) {
    Quad q;
    __builtin_memcpy(&q, p, sizeof(q));
    return q;
}
inline void storeQuad(float* p, Quad q) {
    __builtin_memcpy(p, &q, sizeof(q));
}

/// Transposes four rows by four columns.
inline void interleaveQuad(const float* const* rows, int64_t k, float* target, int64_t stride) {
    const Quad a = loadQuad(rows[0] + k), b = loadQuad(rows[1] + k);
    const Quad c = loadQuad(rows[2] + k), d = loadQuad(rows[3] + k);
    const QuadIndex low = {0, 4, 1, 5}, high = {2, 6, 3, 7};
    const QuadIndex front = {0, 1, 4, 5}, back = {2, 3, 6, 7};
    const Quad ab0 = __builtin_shuffle(a, b, low), ab1 = __builtin_shuffle(a, b, high);
    const Quad cd0 = __builtin_shuffle(c, d, low), cd1 = __builtin_shuffle(c, d, high);
    storeQuad(target, __builtin_shuffle(ab0, cd0, front));
    storeQuad(target + stride, __builtin_shuffle(ab0, cd0, back));
    storeQuad(target + 2 * stride, __builtin_shuffle(ab1, cd1, front));
    storeQuad(target + 3 * stride, __builtin_shuffle(ab1, cd1, back));
}

/// Columns of a row that share a line of the cache. Rows often lie a power of two apart, so that
/// their lines evict each other: a line must be used up before the next rows are read.
template <typename Element>
constexpr int64_t kLineColumns = 64 / sizeof(Element);

inline void interleave(const float* const* rows, int64_t count, int64_t depth, float* target,
                       int64_t stride) {
    const int64_t quads = count / 4 * 4, whole = depth / 4 * 4;
    for (int64_t line = 0; line < whole; line += kLineColumns<float>) {
        const int64_t end = line + kLineColumns<float> < whole ? line + kLineColumns<float> : whole;
        for (int64_t r = 0; r < quads; r += 4) {
            for (int64_t k = line; k < end; k += 4)
                interleaveQuad(rows + r, k, target + k * stride + r, stride);
        }
    }
    for (int64_t r = 0; r < count; ++r) {
        for (int64_t k = r < quads ? whole : 0; k < depth; ++k)
            target[k * stride + r] = rows[r][k];
    }
}

/// Four rows by eight columns: pairs of columns are transposed as 32 bits, then parted.
inline void interleaveBf16Quad(const uint16_t* const* rows, int64_t k, float* target,
                               int64_t stride) {
    const auto pairs = [&](int64_t r) {
        Quad q;
        __builtin_memcpy(&q, rows[r] + k, sizeof(q));
        return q;
    };
    const Quad a = pairs(0), b = pairs(1), c = pairs(2), d = pairs(3);
    const QuadIndex low = {0, 4, 1, 5}, high = {2, 6, 3, 7};
    const QuadIndex front = {0, 1, 4, 5}, back = {2, 3, 6, 7};
    const Quad ab0 = __builtin_shuffle(a, b, low), ab1 = __builtin_shuffle(a, b, high);
    const Quad cd0 = __builtin_shuffle(c, d, low), cd1 = __builtin_shuffle(c, d, high);
    const auto part = [&](Quad both, int64_t column) {
        const QuadBits bits = (QuadBits)both;
        storeQuad(target + column * stride, (Quad)(bits << 16));
        storeQuad(target + (column + 1) * stride, (Quad)(bits & 0xffff0000u));
    };
    part(__builtin_shuffle(ab0, cd0, front), 0);
    part(__builtin_shuffle(ab0, cd0, back), 2);
    part(__builtin_shuffle(ab1, cd1, front), 4);
    part(__builtin_shuffle(ab1, cd1, back), 6);
}

inline void interleaveBf16(const uint16_t* const* rows, int64_t count, int64_t depth, float* target,
                           int64_t stride) {
    const int64_t quads = count / 4 * 4, whole = depth / 8 * 8;
    for (int64_t line = 0; line < whole; line += kLineColumns<uint16_t>) {
        const int64_t end =
            line + kLineColumns<uint16_t> < whole ? line + kLineColumns<uint16_t> : whole;
        for (int64_t r = 0; r < quads; r += 4) {
            for (int64_t k = line; k < end; k += 8)
                interleaveBf16Quad(rows + r, k, target + k * stride + r, stride);
        }
    }
    for (int64_t r = 0; r < count; ++r) {
        for (int64_t k = r < quads ? whole : 0; k < depth; ++k) {
            const uint32_t bits = uint32_t(rows[r][k]) << 16;
            __builtin_memcpy(target + k * stride + r, &bits, sizeof(bits));
        }
    }
}

inline void copyColumns(const float* source, int64_t sourceStride, int64_t count, int64_t depth,
                        float* target, int64_t targetStride) {
    for (int64_t k = 0; k < depth; ++k) {
        const float* from = source + k * sourceStride;
        alongRow(count, target + k * targetStride,
                 [&](int64_t i, int64_t left) { return loadSome(from + i, left); });
    }
}

#include "engine/cpu/softmax_impl.h"

inline void rmsNorm(const float* x, const float* weight, float eps, int64_t count, float* out) {
    Vec squares = zero();
    for (int64_t i = 0; i < count; i += kLanes) {
        const Vec part = loadSome(x + i, count - i);
        squares = fma(part, part, squares);
    }
    const Vec inverse = broadcast(1.0f / __builtin_sqrtf(sumLanes(squares) / float(count) + eps));
    alongRow(count, out, [&](int64_t i, int64_t left) {
        return loadSome(x + i, left) * inverse * loadSome(weight + i, left);
    });
}

inline void layerNorm(const float* x, const float* weight, const float* bias, float eps,
                      int64_t count, float* out) {
    Vec sums = zero();
    for (int64_t i = 0; i < count; i += kLanes)
        sums = sums + loadSome(x + i, count - i);
    const Vec mean = broadcast(sumLanes(sums) / float(count));
    // Squares of the centred values, not E[x^2] - mean^2, which loses everything when the mean
    // is large beside the spread.
    alongRow(count, out, [&](int64_t i, int64_t left) { return loadSome(x + i, left) - mean; });
    Vec squares = zero();
    for (int64_t i = 0; i < count; i += kLanes) {
        const Vec part = loadSome(out + i, count - i);
        squares = fma(part, part, squares);
    }
    const Vec inverse = broadcast(1.0f / __builtin_sqrtf(sumLanes(squares) / float(count) + eps));
    alongRow(count, out, [&](int64_t i, int64_t left) {
        return fma(loadSome(out + i, left) * inverse, loadSome(weight + i, left),
                   loadSome(bias + i, left));
    });
}

inline void swiglu(const float* gate, const float* up, int64_t count, float* out) {
    alongRow(count, out, [&](int64_t i, int64_t left) {
        const Vec g = loadSome(gate + i, left);
        return g * logistic(g) * loadSome(up + i, left);
    });
}

/// The operand that may be NaN comes second, so that min and max hand it on.
inline void clampedSwiglu(const float* gate, const float* up, float limit, int64_t count,
                          float* out) {
    const Vec high = broadcast(limit), low = broadcast(-limit), one = broadcast(1.0f);
    alongRow(count, out, [&](int64_t i, int64_t left) {
        const Vec g = min(high, loadSome(gate + i, left));
        const Vec u = max(low, min(high, loadSome(up + i, left)));
        return (u + one) * (g * logistic(g * broadcast(1.702f)));
    });
}

inline void sigmoid(const float* x, int64_t count, float* out) {
    alongRow(count, out, [&](int64_t i, int64_t left) { return logistic(loadSome(x + i, left)); });
}

inline float expShifted(const float* x, float shift, int64_t count, float* out) {
    Vec sums = zero();
    for (int64_t i = 0; i < count; i += kLanes) {
        storeSome(out + i, exponential(loadSome(x + i, count - i) - broadcast(shift)), count - i);
        sums = sums + loadSome(out + i, count - i);  // lanes past the end count as zero
    }
    return sumLanes(sums);
}

inline void scale(float factor, int64_t count, float* x) {
    alongRow(count, x,
             [&](int64_t i, int64_t left) { return loadSome(x + i, left) * broadcast(factor); });
}

inline void addScaled(const float* x, float factor, int64_t count, float* out) {
    alongRow(count, out, [&](int64_t i, int64_t left) {
        return fma(broadcast(factor), loadSome(x + i, left), loadSome(out + i, left));
    });
}

inline void addScaledRelu(const float* x, float factor, int64_t count, float* out) {
    alongRow(count, out, [&](int64_t i, int64_t left) {
        return fma(broadcast(factor), max(loadSome(x + i, left), zero()), loadSome(out + i, left));
    });
}

inline void add(const float* a, const float* b, int64_t count, float* out) {
    alongRow(count, out, [&](int64_t i, int64_t left) {
        return loadSome(a + i, left) + loadSome(b + i, left);
    });
}

inline void bf16ToFloat(const uint16_t* x, int64_t count, float* out) {
    int64_t i = 0;
    for (; i + kLanes <= count; i += kLanes)
        store(out + i, loadBf16(x + i));
    for (; i < count; ++i) {
        const uint32_t bits = uint32_t(x[i]) << 16;
        __builtin_memcpy(out + i, &bits, sizeof(bits));
    }
}

inline void floatToBf16(const float* x, int64_t count, uint16_t* out) {
    for (int64_t i = 0; i < count; ++i) {
        uint32_t bits;
        __builtin_memcpy(&bits, x + i, sizeof(bits));
        const uint32_t rounded = (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
        const bool nan = (bits & 0x7fffffff) > 0x7f800000;
        out[i] = uint16_t(nan ? bits >> 16 | 0x40 : rounded);
    }
}

inline Kernels makeKernels(const char* name, const QuantisedKernels& quantised,
                           const LatentKernels& latent, const PairKernels& pairs) {
    return {.name = name,
            .tileRows = kTileRows,
            .tile = tile,
            .interleave = interleave,
            .interleaveBf16 = interleaveBf16,
            .copyColumns = copyColumns,
            .softmaxBlock = softmaxBlock,
            .softmaxCodes = softmaxCodes,
            .rmsNorm = rmsNorm,
            .layerNorm = layerNorm,
            .swiglu = swiglu,
            .clampedSwiglu = clampedSwiglu,
            .sigmoid = sigmoid,
            .expShifted = expShifted,
            .scale = scale,
            .addScaled = addScaled,
            .addScaledRelu = addScaledRelu,
            .add = add,
            .bf16ToFloat = bf16ToFloat,
            .floatToBf16 = floatToBf16,
            .quantised = &quantised,
            .latent = &latent,
            .pairs = &pairs};
}

}  // namespace hearth::engine::cpu::HEARTH_ISA
