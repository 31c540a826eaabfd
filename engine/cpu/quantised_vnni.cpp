#include <immintrin.h>

#include "engine/cpu/quantised_kernels.h"

// Nothing here may call an inline function of another file: the linker could keep the copy with
// instructions that another processor lacks.
namespace hearth::engine::cpu {
namespace {

constexpr int64_t kSteps = 32;
constexpr int64_t kOutputs = 32;
constexpr int kLanes = 16;
constexpr int64_t kScaleBytes = 64;
constexpr int kQuads = 8;
constexpr int kTileRows = 9;  // more do not run faster, and fewer tiles would be full
// Up to so many rows the sums stay in registers beside the integers of a block.
constexpr int kRegisterRows = 6;
// From so many rows on, opening a panel costs less than it saves, where masks and shifts take turns
// with dot products. AMD's processors have units of their own for them.
constexpr int64_t kOpenRows = 64;

template <bool kQ4>
constexpr int64_t kBlockBytes = kScaleBytes + kSteps* kOutputs / (kQ4 ? 2 : 1);
/// How many blocks ahead of its use a weight is asked for: about 9 KB.
template <bool kQ4>
constexpr int64_t kAhead = kQ4 ? 16 : 8;

__m512i loadLine(const void* p) {
    return _mm512_loadu_si512(p);
}

/// Outputs 0..15 and 16..31 of four steps.
struct QuadWeights {
    __m512i v[2];
};

template <bool kQ4>
inline QuadWeights quadWeights(const uint8_t* codes, int quad) {
    if constexpr (kQ4) {
        const __m512i both = loadLine(codes + quad * 64), low = _mm512_set1_epi8(15);
        return {{_mm512_and_si512(both, low), _mm512_and_si512(_mm512_srli_epi16(both, 4), low)}};
    } else {
        return {{loadLine(codes + quad * 128), loadLine(codes + quad * 128 + 64)}};
    }
}

inline __m512i quadAt(const int8_t* codes) {
    int32_t quad;
    __builtin_memcpy(&quad, codes, sizeof(quad));
    return _mm512_set1_epi32(quad);
}

template <int kRows>
struct Integers {
    __m512i v[kRows][2];
};

template <int kRows, bool kQ4>
inline void blockProducts(const QuantisedTile& t, const uint8_t* codes, int64_t b,
                          Integers<kRows>& out) {
    const int8_t* x = t.codes + b * kRows * kSteps;
    const int32_t* starts = t.starts + b * kRows;
#pragma GCC unroll 16
    for (int r = 0; r < kRows; ++r)
        out.v[r][0] = out.v[r][1] = _mm512_set1_epi32(starts[r]);
#pragma GCC unroll 8
    for (int q = 0; q < kQuads; ++q) {
        const QuadWeights weights = quadWeights<kQ4>(codes, q);
#pragma GCC unroll 16
        for (int r = 0; r < kRows; ++r) {
            const __m512i quad = quadAt(x + r * kSteps + q * 4);
            out.v[r][0] = _mm512_dpbusd_epi32(out.v[r][0], weights.v[0], quad);
            out.v[r][1] = _mm512_dpbusd_epi32(out.v[r][1], weights.v[1], quad);
        }
    }
}

inline __m512 weightScales(const uint8_t* block, int half) {
    return _mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(block) + half));
}

inline __m512 addBlock(__m512i total, __m512 weightScale, __m512 rowScale, __m512 sum) {
    return _mm512_fmadd_ps(_mm512_cvtepi32_ps(total), _mm512_mul_ps(weightScale, rowScale), sum);
}

inline void storeSums(const QuantisedTile& t, __m512 sum, float* c, int64_t columns) {
    if (columns <= 0)
        return;
    const auto lanes = __mmask16(columns >= kLanes ? 0xffff : (1u << columns) - 1);
    if (t.accumulate)
        sum = _mm512_fmadd_ps(_mm512_set1_ps(t.scale), sum, _mm512_maskz_loadu_ps(lanes, c));
    _mm512_mask_storeu_ps(c, lanes, sum);
}

/// Asks for what is read in a while: of this panel, or of the one that lies behind it.
template <bool kQ4>
inline void prefetch(const uint8_t* block) {
    block += kAhead<kQ4> * kBlockBytes<kQ4>;
#pragma GCC unroll 17
    for (int64_t line = 0; line < kBlockBytes<kQ4>; line += 64)
        _mm_prefetch(reinterpret_cast<const char*>(block + line), _MM_HINT_T0);
}

/// Asks for what tiles read after this panel, a part with each block, into the cache behind the
/// innermost one, which they would not find room in.
inline void prefetchNext(const QuantisedTile& t, int64_t b) {
    const auto* lines = reinterpret_cast<const char*>(t.ahead) + b * t.aheadLines * 64;
    for (int64_t i = 0; i < t.aheadLines; ++i)
        _mm_prefetch(lines + i * 64, _MM_HINT_T1);
}

// Where rows take several tiles, all but the last one have so many or more.
constexpr int kFewestOfTiles = 5;

/// Few rows: sums in registers.
template <int kRows, bool kQ4>
void panelOfFew(const QuantisedTile& t, const uint8_t* block, float* c, int64_t columns) {
    __m512 sums[kRows][2];
#pragma GCC unroll 16
    for (int r = 0; r < kRows; ++r)
        sums[r][0] = sums[r][1] = _mm512_setzero_ps();
    for (int64_t b = 0; b < t.blocks; ++b, block += kBlockBytes<kQ4>) {
        prefetch<kQ4>(block);
        if constexpr (kRows >= kFewestOfTiles)
            prefetchNext(t, b);
        Integers<kRows> totals;
        blockProducts<kRows, kQ4>(t, block + kScaleBytes, b, totals);
        const __m512 scales[2] = {weightScales(block, 0), weightScales(block, 1)};
#pragma GCC unroll 16
        for (int r = 0; r < kRows; ++r) {
            const __m512 rowScale = _mm512_set1_ps(t.scales[b * kRows + r]);
            sums[r][0] = addBlock(totals.v[r][0], scales[0], rowScale, sums[r][0]);
            sums[r][1] = addBlock(totals.v[r][1], scales[1], rowScale, sums[r][1]);
        }
    }
#pragma GCC unroll 16
    for (int r = 0; r < kRows; ++r) {
        storeSums(t, sums[r][0], c + r * t.cStride, columns);
        storeSums(t, sums[r][1], c + r * t.cStride + kLanes, columns - kLanes);
    }
}

/// Many rows: the integers of a block take the registers, the sums lie in the innermost cache.
template <int kRows, bool kQ4>
void panelOfMany(const QuantisedTile& t, const uint8_t* block, float* c, int64_t columns) {
    alignas(64) float sums[kRows][kOutputs];
    for (int r = 0; r < kRows; ++r) {
        __builtin_prefetch(c + r * t.cStride, 1);
        __builtin_prefetch(c + r * t.cStride + kLanes, 1);
        _mm512_store_ps(sums[r], _mm512_setzero_ps());
        _mm512_store_ps(sums[r] + kLanes, _mm512_setzero_ps());
    }
    for (int64_t b = 0; b < t.blocks; ++b, block += kBlockBytes<kQ4>) {
        prefetch<kQ4>(block);
        prefetchNext(t, b);
        Integers<kRows> totals;
        blockProducts<kRows, kQ4>(t, block + kScaleBytes, b, totals);
        const __m512 scales[2] = {weightScales(block, 0), weightScales(block, 1)};
#pragma GCC unroll 16
        for (int r = 0; r < kRows; ++r) {
            const __m512 rowScale = _mm512_set1_ps(t.scales[b * kRows + r]);
#pragma GCC unroll 2
            for (int v = 0; v < 2; ++v) {
                float* sum = sums[r] + v * kLanes;
                _mm512_store_ps(sum,
                                addBlock(totals.v[r][v], scales[v], rowScale, _mm512_load_ps(sum)));
            }
        }
    }
    for (int r = 0; r < kRows; ++r) {
        storeSums(t, _mm512_load_ps(sums[r]), c + r * t.cStride, columns);
        storeSums(t, _mm512_load_ps(sums[r] + kLanes), c + r * t.cStride + kLanes,
                  columns - kLanes);
    }
}

template <int kRows, bool kQ4>
void tileOfRows(const QuantisedTile& t) {
    const auto* panel = reinterpret_cast<const uint8_t*>(t.panels);
    for (int64_t n = 0; n < t.columns; n += kOutputs, panel += t.panelStride) {
        if constexpr (kRows <= kRegisterRows) {
            panelOfFew<kRows, kQ4>(t, panel, t.c + n, t.columns - n);
        } else {
            panelOfMany<kRows, kQ4>(t, panel, t.c + n, t.columns - n);
        }
    }
}

template <bool kQ4, int kRows = 1>
void tileOf(const QuantisedTile& t) {
    if (t.rows == kRows) {
        tileOfRows<kRows, kQ4>(t);
    } else if constexpr (kRows < kTileRows) {
        tileOf<kQ4, kRows + 1>(t);
    }
}

void tile(const QuantisedTile& t) {
    t.form == PanelForm::Q4 ? tileOf<true>(t) : tileOf<false>(t);
}

void open(const std::byte* panel, int64_t blocks, std::byte* target) {
    const auto* from = reinterpret_cast<const uint8_t*>(panel);
    auto* to = reinterpret_cast<uint8_t*>(target);
    for (int64_t b = 0; b < blocks; ++b) {
        _mm512_storeu_si512(to, loadLine(from));
        for (int q = 0; q < kQuads; ++q) {
            const QuadWeights weights = quadWeights<true>(from + kScaleBytes, q);
            _mm512_storeu_si512(to + kScaleBytes + q * 128, weights.v[0]);
            _mm512_storeu_si512(to + kScaleBytes + q * 128 + 64, weights.v[1]);
        }
        from += kBlockBytes<true>;
        to += kBlockBytes<false>;
    }
}

}  // namespace

const QuantisedKernels& vnniQuantisedKernels() {
    static const QuantisedKernels kKernels{
        .tileRows = kTileRows,
        .openRows = __builtin_cpu_is("amd") ? INT64_MAX : kOpenRows,
        .quantise = quantiseRowVnni,
        .tile = tile,
        .open = open};
    return kKernels;
}

}  // namespace hearth::engine::cpu
