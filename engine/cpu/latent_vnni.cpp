#include <immintrin.h>

#include "engine/cpu/latent_kernels.h"
#include "engine/ops/latent_page.h"

// Nothing here may call an inline function of another file: the linker could keep the copy with
// instructions that another processor lacks.
namespace hearth::engine::cpu {
namespace {

constexpr int64_t kTokens = kLatentPageTokens;
constexpr int64_t kQuadBytes = 4 * kTokens;
constexpr int64_t kGroups = kLatentChunk / 16;  // of keys that fill a vector
constexpr float kRounder = 12582912.0f;         // 1.5 * 2^23 rounds to the nearest integer
constexpr float kLeastScale = 1.17549435e-38f;  // the smallest normal number

__m512i loadLine(const void* p) {
    return _mm512_loadu_si512(p);
}

__m512i quadAt(const int8_t* codes) {
    int32_t quad;
    __builtin_memcpy(&quad, codes, sizeof(quad));
    return _mm512_set1_epi32(quad);
}

template <int kHeads>
struct Totals {
    __m512i v[kHeads][2];
};

void fetch(const void* line) {
    _mm_prefetch(static_cast<const char*>(line), _MM_HINT_T0);
}

/// One part of a page's keys with kHeads queries. Fetches as much from `ahead` on.
template <int kHeads>
inline Totals<kHeads> partProducts(const std::byte* part, int64_t quads, const std::byte* ahead,
                                   const LatentQueries& queries, int64_t stride, int64_t head) {
    __m512i totals[kHeads][2];  // the compiler keeps these in registers, but not a result's members
#pragma GCC unroll 8
    for (int h = 0; h < kHeads; ++h)
        totals[h][0] = totals[h][1] = _mm512_set1_epi32(queries.starts[head + h]);
    const __m512i bias = _mm512_set1_epi8(char(kLatentBias));
    const int8_t* query = queries.codes + head * 4;
    for (int64_t quad = 0; quad < quads; ++quad) {
        fetch(ahead + quad * kQuadBytes);
        fetch(ahead + quad * kQuadBytes + 64);
        const __m512i key0 = _mm512_xor_si512(loadLine(part + quad * kQuadBytes), bias);
        const __m512i key1 = _mm512_xor_si512(loadLine(part + quad * kQuadBytes + 64), bias);
#pragma GCC unroll 8
        for (int h = 0; h < kHeads; ++h) {
            const __m512i q = quadAt(query + h * 4);
            totals[h][0] = _mm512_dpbusd_epi32(totals[h][0], key0, q);
            totals[h][1] = _mm512_dpbusd_epi32(totals[h][1], key1, q);
        }
        query += stride * 4;
    }
    Totals<kHeads> result;
#pragma GCC unroll 8
    for (int h = 0; h < kHeads; ++h) {
        result.v[h][0] = totals[h][0];
        result.v[h][1] = totals[h][1];
    }
    return result;
}

/// ahead, ropeAhead: to be fetched.
template <int kHeads>
void scoresOf(const LatentScores& s, int64_t head, const std::byte* ahead,
              const std::byte* ropeAhead) {
    const std::byte* rope = s.ropePart;
    const auto* latentScales =
        reinterpret_cast<const float*>(s.latentPart + s.latentQuads * kQuadBytes);
    const auto* ropeScales = reinterpret_cast<const float*>(rope + s.ropeQuads * kQuadBytes);
    const auto latent =
        partProducts<kHeads>(s.latentPart, s.latentQuads, ahead, s.latent, s.stride, head);
    for (int h = 0; h < kHeads; ++h) {
        for (int v = 0; v < 2; ++v) {
            const __m512 scale = _mm512_mul_ps(_mm512_set1_ps(s.latent.scales[head + h]),
                                               _mm512_loadu_ps(latentScales + v * 16));
            _mm512_storeu_ps(s.scores + (head + h) * s.scoreStride + v * 16,
                             _mm512_mul_ps(_mm512_cvtepi32_ps(latent.v[h][v]), scale));
        }
    }
    const auto turned = partProducts<kHeads>(rope, s.ropeQuads, ropeAhead, s.rope, s.stride, head);
    for (int h = 0; h < kHeads; ++h) {
        for (int v = 0; v < 2; ++v) {
            float* out = s.scores + (head + h) * s.scoreStride + v * 16;
            const __m512 scale = _mm512_mul_ps(_mm512_set1_ps(s.rope.scales[head + h]),
                                               _mm512_loadu_ps(ropeScales + v * 16));
            _mm512_storeu_ps(out, _mm512_fmadd_ps(_mm512_cvtepi32_ps(turned.v[h][v]), scale,
                                                  _mm512_loadu_ps(out)));
        }
    }
}

/// Four codes each of 16 values to their places.
inline void putQuads(__m128i sixteen, int8_t* codes, int64_t stride, int64_t quads) {
    const int32_t values[4] = {_mm_extract_epi32(sixteen, 0), _mm_extract_epi32(sixteen, 1),
                               _mm_extract_epi32(sixteen, 2), _mm_extract_epi32(sixteen, 3)};
    for (int64_t q = 0; q < quads; ++q)
        __builtin_memcpy(codes + q * stride, values + q, sizeof(values[q]));
}

QuantisedPart quantise(const float* x, int64_t count, int8_t* codes, int64_t stride) {
    const __m512i magnitude = _mm512_set1_epi32(0x7fffffff);
    const auto rest = __mmask16((1u << (count % 16)) - 1);
    const int64_t whole = count / 16 * 16;
    __m512i largest = _mm512_and_si512(_mm512_maskz_loadu_epi32(rest, x + whole), magnitude);
    for (int64_t i = 0; i < whole; i += 16)
        largest = _mm512_max_epu32(_mm512_and_si512(loadLine(x + i), magnitude), largest);
    const uint32_t bits = _mm512_reduce_max_epu32(largest);
    float scale;
    __builtin_memcpy(&scale, &bits, sizeof(scale));
    scale /= 127.0f;
    const float inverse = scale >= kLeastScale ? 1.0f / scale : 0.0f;
    const __m512 factor = _mm512_set1_ps(inverse), rounder = _mm512_set1_ps(kRounder);
    __m512i sums = _mm512_setzero_si512();
    const auto nearest = [&](__m512 values) {
        // Not in one instruction: as every other instruction set rounds.
        const __m512 raised = _mm512_add_ps(_mm512_mul_ps(values, factor), rounder);
        const __m512i rounded = _mm512_cvttps_epi32(_mm512_sub_ps(raised, rounder));
        sums = _mm512_add_epi32(sums, rounded);
        return _mm512_cvtepi32_epi8(rounded);
    };
    for (int64_t i = 0; i < whole; i += 16)
        putQuads(nearest(_mm512_loadu_ps(x + i)), codes + i / 4 * stride, stride, 4);
    if (rest)
        putQuads(nearest(_mm512_maskz_loadu_ps(rest, x + whole)), codes + whole / 4 * stride,
                 stride, count % 16 / 4);
    return {.scale = inverse > 0.0f ? scale : 0.0f, .sum = _mm512_reduce_add_epi32(sums)};
}

/// Calls work<kHeads>(first head) for tiles of at most kLatentHeads heads.
template <typename Work>
inline void eachTile(int64_t heads, Work work) {
    int64_t head = 0;
    for (; head + 8 <= heads; head += 8)
        work.template operator()<8>(head);
    for (; head + 4 <= heads; head += 4)
        work.template operator()<4>(head);
    for (; head < heads; ++head)
        work.template operator()<1>(head);
}

void goToNextTile(LatentQueries& queries, int64_t quads) {
    queries.codes += quads * kLatentHeads * 4;
    queries.scales += kLatentHeads;
    queries.starts += kLatentHeads;
}

void scores(const LatentScores& s) {
    const std::byte* ropeAhead = s.ahead + (s.ropePart - s.latentPart);
    if (s.tiles == 1)
        return eachTile(s.heads, [&]<int kHeads>(int64_t head) {
            scoresOf<kHeads>(s, head, s.ahead, ropeAhead);
        });
    LatentScores tile = s;
    for (int64_t t = 0; t < s.tiles; ++t) {
        // What was fetched before is asked for again, which costs little.
        scoresOf<kLatentHeads>(tile, 0,
                               t == 0   ? s.ahead
                               : t == 1 ? s.also
                                        : s.latentPart,
                               t == 0 ? ropeAhead : s.ropePart);
        goToNextTile(tile.latent, s.latentQuads);
        goToNextTile(tile.rope, s.ropeQuads);
        tile.scores += kLatentHeads * s.scoreStride;
    }
}

float weigh(const float* weights, const float* keyScales, int64_t count, uint8_t* codes) {
    __m512 products[kGroups];
    __m512 largest = _mm512_setzero_ps();
    for (int64_t g = 0; g < count / 16; ++g) {
        products[g] =
            _mm512_mul_ps(_mm512_loadu_ps(weights + g * 16), _mm512_loadu_ps(keyScales + g * 16));
        largest = _mm512_max_ps(products[g], largest);
    }
    const float most = _mm512_reduce_max_ps(largest);
    const __m512 inverse = _mm512_set1_ps(most > 0 ? 255.0f / most : 0.0f);
    const __m512 rounder = _mm512_set1_ps(kRounder);
    for (int64_t g = 0; g < count / 16; ++g) {
        const __m512 nearest =
            _mm512_sub_ps(_mm512_fmadd_ps(products[g], inverse, rounder), rounder);
        _mm_storeu_si128(reinterpret_cast<__m128i*>(codes + g * 16),
                         _mm512_cvtusepi32_epi8(_mm512_cvttps_epi32(nearest)));
    }
    return most / 255.0f;
}

/// Weights as values() multiplies: a 128-bit lane repeats those of four keys.
template <int kHeads>
struct SpreadWeights {
    __m512i v[kGroups][kHeads];
};

template <int kHeads>
inline void spread(const LatentValues& v, int64_t head, SpreadWeights<kHeads>& out) {
    const __m512i lanes = _mm512_setr_epi32(0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3);
    for (int64_t g = 0; g < v.pageCount * 2; ++g) {
        for (int h = 0; h < kHeads; ++h) {
            const void* weights = v.weights + (head + h) * kLatentChunk + g * 16;
            const __m128i sixteen = _mm_loadu_si128(static_cast<const __m128i*>(weights));
            out.v[g][h] = _mm512_permutexvar_epi32(lanes, _mm512_castsi128_si512(sixteen));
        }
    }
}

/// Sums of the four lanes of a and of b: eight values.
inline __m256i sumLanes(__m512i a, __m512i b) {
    const __m512i pairs =
        _mm512_add_epi32(_mm512_shuffle_i32x4(a, b, 0x44), _mm512_shuffle_i32x4(a, b, 0xee));
    const __m512i sums = _mm512_add_epi32(pairs, _mm512_shuffle_i32x4(pairs, pairs, 0xb1));
    return _mm512_castsi512_si256(_mm512_shuffle_i32x4(sums, sums, 0x08));
}

template <int kHeads>
void valuesOf(const LatentValues& v, int64_t head) {
    SpreadWeights<kHeads> weights;
    spread<kHeads>(v, head, weights);
    // Four keys by four values become four values by four keys.
    const __m512i turn =
        _mm512_broadcast_i32x4(_mm_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
    for (int64_t quad = 0; quad < v.quads; quad += 2) {
        Totals<kHeads> totals;
#pragma GCC unroll 8
        for (int h = 0; h < kHeads; ++h)
            totals.v[h][0] = totals.v[h][1] = _mm512_setzero_si512();
        for (int64_t page = 0; page < v.pageCount; ++page) {
            const std::byte* codes = v.pages[page] + quad * kQuadBytes;
#pragma GCC unroll 2
            for (int half = 0; half < 2; ++half) {
                fetch(codes + 2 * kQuadBytes + half * 64);
                fetch(codes + 3 * kQuadBytes + half * 64);
                const __m512i first = _mm512_shuffle_epi8(loadLine(codes + half * 64), turn);
                const __m512i second =
                    _mm512_shuffle_epi8(loadLine(codes + kQuadBytes + half * 64), turn);
#pragma GCC unroll 8
                for (int h = 0; h < kHeads; ++h) {
                    const __m512i w = weights.v[page * 2 + half][h];
                    totals.v[h][0] = _mm512_dpbusd_epi32(totals.v[h][0], w, first);
                    totals.v[h][1] = _mm512_dpbusd_epi32(totals.v[h][1], w, second);
                }
            }
        }
#pragma GCC unroll 8
        for (int h = 0; h < kHeads; ++h)
            _mm256_storeu_ps(
                v.out + (head + h) * v.outStride + quad * 4,
                _mm256_mul_ps(_mm256_cvtepi32_ps(sumLanes(totals.v[h][0], totals.v[h][1])),
                              _mm256_set1_ps(v.scales[head + h])));
    }
}

void values(const LatentValues& v) {
    eachTile(v.heads, [&]<int kHeads>(int64_t head) { valuesOf<kHeads>(v, head); });
}

}  // namespace

const LatentKernels& vnniLatentKernels() {
    static constexpr LatentKernels kKernels{.quantise = quantise,
                                            .scores = scores,
                                            .weigh = weigh,
                                            .values = values,
                                            .turn = turnValuesVnni,
                                            .addValues = addValuesVnni};
    return kKernels;
}

}  // namespace hearth::engine::cpu
