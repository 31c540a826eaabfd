// latent_kernels.h in plain loops, for compilers to vectorise. Include from latent_*.cpp only.
#include "engine/cpu/latent_kernels.h"
#include "engine/ops/latent_page.h"

namespace hearth::engine::cpu {
namespace {

constexpr int64_t kTokens = kLatentPageTokens;

/// 1.5 * 2^23: added and taken away, it rounds to the nearest integer, ties to even.
constexpr float kRounder = 12582912.0f;
constexpr float kLeastScale = 1.17549435e-38f;  // the smallest normal number
constexpr int64_t kBatch = 64;                  // values that are quantised in a row

inline const float* scalesOf(const std::byte* part, int64_t quads) {
    return reinterpret_cast<const float*>(part + quads * 4 * kTokens);
}

inline QuantisedPart quantise(const float* x, int64_t count, int8_t* codes, int64_t stride) {
    uint32_t largest = 0;  // magnitudes order as their bits do
    for (int64_t i = 0; i < count; ++i) {
        uint32_t bits;
        __builtin_memcpy(&bits, x + i, sizeof(bits));
        bits &= 0x7fffffffu;
        largest = bits > largest ? bits : largest;
    }
    float scale;
    __builtin_memcpy(&scale, &largest, sizeof(scale));
    scale /= 127.0f;
    const float inverse = scale >= kLeastScale ? 1.0f / scale : 0.0f;
    int32_t sum = 0;
    for (int64_t begin = 0; begin < count; begin += kBatch) {
        int8_t batch[kBatch];
        const int64_t size = count - begin < kBatch ? count - begin : kBatch;
        for (int64_t i = 0; i < size; ++i)
            batch[i] = int8_t(int32_t((x[begin + i] * inverse + kRounder) - kRounder));
        for (int64_t i = 0; i < size; ++i)
            sum += batch[i];
        for (int64_t i = 0; i < size; i += 4)
            __builtin_memcpy(codes + (begin + i) / 4 * stride, batch + i, 4);
    }
    return {.scale = inverse > 0.0f ? scale : 0.0f, .sum = sum};
}

inline void addPart(const std::byte* part, int64_t quads, const LatentQueries& queries,
                    int64_t stride, int64_t head, int32_t* totals) {
    const auto* codes = reinterpret_cast<const int8_t*>(part);
    for (int64_t j = 0; j < kTokens; ++j)
        totals[j] = 0;
    for (int64_t quad = 0; quad < quads; ++quad) {
        const int8_t* query = queries.codes + (quad * stride + head) * 4;
        for (int64_t j = 0; j < kTokens; ++j) {
            const int8_t* key = codes + (quad * kTokens + j) * 4;
            totals[j] +=
                query[0] * key[0] + query[1] * key[1] + query[2] * key[2] + query[3] * key[3];
        }
    }
}

inline LatentQueries queriesOfTile(const LatentScores& s, LatentQueries queries, int64_t quads,
                                   int64_t tile) {
    queries.codes += tile * quads * s.stride * 4;
    queries.scales += tile * s.heads;
    queries.starts += tile * s.heads;
    return queries;
}

inline void scoresOfTile(const LatentScores& s, int64_t tile) {
    const std::byte* rope = s.ropePart;
    const float* latentScales = scalesOf(s.latentPart, s.latentQuads);
    const float* ropeScales = scalesOf(rope, s.ropeQuads);
    const LatentQueries latentQueries = queriesOfTile(s, s.latent, s.latentQuads, tile);
    const LatentQueries ropeQueries = queriesOfTile(s, s.rope, s.ropeQuads, tile);
    for (int64_t h = 0; h < s.heads; ++h) {
        int32_t latent[kTokens], turned[kTokens];
        addPart(s.latentPart, s.latentQuads, latentQueries, s.stride, h, latent);
        addPart(rope, s.ropeQuads, ropeQueries, s.stride, h, turned);
        float* out = s.scores + (tile * s.heads + h) * s.scoreStride;
        for (int64_t j = 0; j < kTokens; ++j) {
            const float part = float(latent[j]) * (latentQueries.scales[h] * latentScales[j]);
            out[j] = __builtin_fmaf(float(turned[j]), ropeQueries.scales[h] * ropeScales[j], part);
        }
    }
}

inline void scores(const LatentScores& s) {
    for (int64_t tile = 0; tile < s.tiles; ++tile)
        scoresOfTile(s, tile);
}

inline float weigh(const float* weights, const float* keyScales, int64_t count, uint8_t* codes) {
    float products[kLatentChunk];
    for (int64_t j = 0; j < count; ++j)
        products[j] = weights[j] * keyScales[j];
    float largest = 0;
    for (int64_t j = 0; j < count; ++j)
        largest = products[j] > largest ? products[j] : largest;
    const float inverse = largest > 0 ? 255.0f / largest : 0.0f;
    for (int64_t j = 0; j < count; ++j)
        codes[j] = uint8_t(int32_t(__builtin_fmaf(products[j], inverse, kRounder) - kRounder));
    return largest / 255.0f;
}

inline void values(const LatentValues& v) {
    for (int64_t h = 0; h < v.heads; ++h) {
        for (int64_t quad = 0; quad < v.quads; ++quad) {
            int32_t totals[4] = {};
            for (int64_t page = 0; page < v.pageCount; ++page) {
                const auto* codes =
                    reinterpret_cast<const int8_t*>(v.pages[page]) + quad * 4 * kTokens;
                const uint8_t* weights = v.weights + h * kLatentChunk + page * kTokens;
                for (int64_t j = 0; j < kTokens; ++j) {
                    for (int64_t i = 0; i < 4; ++i)
                        totals[i] += weights[j] * codes[j * 4 + i];
                }
            }
            for (int64_t i = 0; i < 4; ++i)
                v.out[h * v.outStride + quad * 4 + i] = float(totals[i]) * v.scales[h];
        }
    }
}

inline void turn(const std::byte* const* parts, int64_t pages, int64_t values, std::byte* turned) {
    const int64_t stride = (values + kTurnedLanes - 1) / kTurnedLanes * kTurnedLanes;
    for (int64_t j = 0; j < pages * kTokens; ++j) {
        std::byte* to = turned + j / 4 * stride * 4 + j % 4;
        const std::byte* from = parts[j / kTokens] + j % kTokens * 4;
        for (int64_t v = 0; v < stride; ++v)
            to[v * 4] = v < values ? from[v / 4 * 4 * kTokens + v % 4] : std::byte{0};
    }
}

inline void addValues(const TurnedValues& v) {
    const auto* codes = reinterpret_cast<const int8_t*>(v.codes);
    for (int64_t r = 0; r < v.tiles * kLatentHeads; ++r) {
        float* sums = v.sums + r * v.stride;
        for (int64_t first = 0; first < v.stride; first += kTurnedLanes) {
            int32_t totals[kTurnedLanes] = {};
            for (int64_t j = 0; j < v.keys; j += 4) {
                const uint8_t* weights = v.weights + r * kLatentChunk + j;
                const int8_t* four = codes + (j / 4 * v.stride + first) * 4;
                for (int64_t i = 0; i < kTurnedLanes; ++i)
                    totals[i] += weights[0] * four[i * 4] + weights[1] * four[i * 4 + 1] +
                                 weights[2] * four[i * 4 + 2] + weights[3] * four[i * 4 + 3];
            }
            for (int64_t i = 0; i < kTurnedLanes; ++i) {
                const float part = float(totals[i]) * v.scales[r];
                sums[first + i] = sums[first + i] * v.corrections[r] + part;
            }
        }
    }
}

constexpr LatentKernels kLoops{.quantise = quantise,
                               .scores = scores,
                               .weigh = weigh,
                               .values = values,
                               .turn = turn,
                               .addValues = addValues};

}  // namespace
}  // namespace hearth::engine::cpu
