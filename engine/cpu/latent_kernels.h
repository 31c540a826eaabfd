// The inner loops of MLA decode over the int8 cache (engine/ops/latent_page.h). Products are
// integers, hence exact, and every instruction set multiplies the same floats in the same order.
#pragma once
#include <cstddef>
#include <cstdint>

namespace hearth::engine::cpu {

/// Keys whose weights share a scale, and whose partial result is one task's.
inline constexpr int64_t kLatentChunk = 256;
/// What codes of keys are raised by to be unsigned.
inline constexpr int32_t kLatentBias = 128;
/// No call has more heads.
inline constexpr int64_t kLatentHeads = 8;

/// A part of the queries, quantised; heads side by side.
struct LatentQueries {
    const int8_t* codes = nullptr;    // [quads][stride][4]
    const float* scales = nullptr;    // [heads]
    const int32_t* starts = nullptr;  // [heads]: -kLatentBias * the sum of the codes
};

/// scores[h][j] = query h . key j, for the 32 keys of a page, there or not.
struct LatentScores {
    const std::byte* latentPart = nullptr;  // of the page (engine/ops/latent_page.h)
    const std::byte* ropePart = nullptr;
    const std::byte* ahead = nullptr;  // the latent part that is read next, fetched meanwhile
    const std::byte* also = nullptr;   // with several tiles: what is fetched as well, as much
    int64_t latentQuads = 0;
    int64_t ropeQuads = 0;
    LatentQueries latent;
    LatentQueries rope;
    int64_t stride = 0;  // of codes, in heads
    int64_t heads = 0;   // 1..kLatentHeads
    /// More than one: of kLatentHeads heads each, which is the stride, too. Codes, scales, starts
    /// and scores of a tile follow those of the one before.
    int64_t tiles = 1;
    float* scores = nullptr;
    int64_t scoreStride = 0;
};

/// out[h] = scales[h] * sum over keys of weights[h][j] * codes of latent j.
struct LatentValues {
    const std::byte* const* pages = nullptr;
    int64_t pageCount = 0;             // up to kLatentChunk / 32
    int64_t quads = 0;                 // of the latent, an even number
    const uint8_t* weights = nullptr;  // [heads][kLatentChunk]; 0 for keys that are not there
    const float* scales = nullptr;     // [heads]
    int64_t heads = 0;                 // 1..kLatentHeads
    float* out = nullptr;              // [heads][outStride]
    int64_t outStride = 0;
};

/// Values of a chunk's keys by fours, as several tiles multiply them: [keys / 4][stride][4] codes,
/// where stride is the number of values rounded up to kTurnedLanes; those beyond are 0.
inline constexpr int64_t kTurnedLanes = 16;

/// sums[r] = sums[r] * corrections[r] + scales[r] * sum over keys of weights[r][j] * codes of j.
struct TurnedValues {
    const std::byte* codes = nullptr;
    int64_t keys = 0;                  // a multiple of 32
    int64_t stride = 0;                // of codes, in keys' fours of a value, and of sums
    const uint8_t* weights = nullptr;  // [tiles * kLatentHeads][kLatentChunk]
    const float* scales = nullptr;     // of each row, as corrections
    const float* corrections = nullptr;
    int64_t tiles = 0;
    float* sums = nullptr;
};

struct QuantisedPart {
    float scale;  // largest magnitude / 127, or 0 (and all codes 0) where that is no normal number
    int32_t sum;  // of the codes
};

struct LatentKernels {
    /// One part of a row, a multiple of 4 values, to codes of 8 bits; four of them lie together,
    /// and `stride` bytes apart from the next four. Codes are the nearest to value / scale.
    QuantisedPart (*quantise)(const float* x, int64_t count, int8_t* codes, int64_t stride);
    void (*scores)(const LatentScores&);
    /// codes = nearest(weights * keyScales / scale); returns scale, the largest product / 255.
    /// weights: not negative. count: a multiple of 32.
    float (*weigh)(const float* weights, const float* keyScales, int64_t count, uint8_t* codes);
    void (*values)(const LatentValues&);
    /// Parts of so many values of up to kLatentChunk / 32 pages, for addValues.
    void (*turn)(const std::byte* const* parts, int64_t pages, int64_t values, std::byte* turned);
    void (*addValues)(const TurnedValues&);
};

const LatentKernels& scalarLatentKernels();
const LatentKernels& avx2LatentKernels();
const LatentKernels& vnniLatentKernels();
/// Of the latter.
void turnValuesVnni(const std::byte* const* parts, int64_t pages, int64_t values,
                    std::byte* turned);
void addValuesVnni(const TurnedValues& values);

}  // namespace hearth::engine::cpu
