// One chunk of kLatentChunk keys of 8 bits with up to kRows queries: the inner part of decode over
// the int8 cache and of prefill over expanded keys. A block of kThreads works on it: warp w has
// page w of the chunk, its lanes are the page's keys.
#pragma once
#include "engine/cuda/latent_device.cuh"

namespace hearth::engine::cuda {

struct LatentChunk {
    static constexpr int kRows = 8;  // queries
    static constexpr int kThreads = 32 * kChunkPages;

    // Shared memory.
    float scores[kRows][kLatentChunk];  // then weights
    uint8_t codes[kRows][kLatentChunk];
    float keyScales[kLatentChunk];
    float weightScales[kRows];
};

/// Of a query's part: its codes as words of four, and its scale.
struct QueryCodes {
    const uint32_t* words = nullptr;  // [rows][quads], in shared memory
    const float* scales = nullptr;    // [rows]
    int quads = 0;
};

/// Adds up the codes of the lane's key in a page with those of all rows.
template <int kRows>
__device__ inline void addPart(const std::byte* part, const QueryCodes& q,
                               int32_t (&totals)[kRows]) {
    const auto* words = reinterpret_cast<const uint32_t*>(part) + threadIdx.x % 32;
#pragma unroll 4
    for (int quad = 0; quad < q.quads; ++quad) {
        const uint32_t key = words[quad * kPageTokens];
#pragma unroll
        for (int r = 0; r < kRows; ++r)
            totals[r] = dot(key, q.words[r * q.quads + quad], totals[r]);
    }
}

__device__ inline float scaleOf(const std::byte* part, int quads) {
    return reinterpret_cast<const float*>(part + quads * 4 * kPageTokens)[threadIdx.x % 32];
}

/// Scores of the warp's page. latent and rope: the page's parts.
__device__ inline void scorePage(LatentChunk& chunk, const std::byte* latent, const std::byte* rope,
                                 const QueryCodes& qLatent, const QueryCodes& qRope) {
    int32_t straight[LatentChunk::kRows] = {}, turned[LatentChunk::kRows] = {};
    addPart(latent, qLatent, straight);
    addPart(rope, qRope, turned);
    const float latentScale = scaleOf(latent, qLatent.quads),
                ropeScale = scaleOf(rope, qRope.quads);
    for (int r = 0; r < LatentChunk::kRows; ++r) {
        const float part = float(straight[r]) * (qLatent.scales[r] * latentScale);
        chunk.scores[r][threadIdx.x] =
            __fmaf_rn(float(turned[r]), qRope.scales[r] * ropeScale, part);
    }
}

/// Of a row's online softmax.
struct SoftmaxState {
    float maximum;
    float sum;
    float correction;
};

/// Scores of `columns` keys, of which a row sees the first `visible`, become weights. Sixteen
/// threads a row: the first 128 call this, whole warps at a time.
__device__ inline void softmaxRow(LatentChunk& chunk, int columns, int64_t visible, float scale,
                                  SoftmaxState& state) {
    const int row = int(threadIdx.x) / kLanes, lane = int(threadIdx.x) % kLanes;
    float* scores = chunk.scores[row];
    float largest = minusInfinity();
    for (int j = lane; j < columns; j += kLanes) {
        const float scaled = j < visible ? scores[j] * scale : minusInfinity();
        scores[j] = scaled;
        largest = larger(largest, scaled);
    }
    largest = maxLanes(largest);
    const float before = state.maximum;
    const float now = largest > before ? largest : before;
    const float shift = now == minusInfinity() ? 0.0f : now;
    float sum = 0.0f;
    for (int j = lane; j < columns; j += kLanes) {
        const float weight = exponential(scores[j] - shift);
        scores[j] = weight;
        sum = sum + weight;
    }
    state.correction = exponential(before - shift);
    state.maximum = now;
    state.sum = state.sum * state.correction + sumLanes(sum);
}

/// Weights times the scales of their keys, in 8 bits; by the same threads.
__device__ inline void weighRow(LatentChunk& chunk, int columns) {
    const int row = int(threadIdx.x) / kLanes, lane = int(threadIdx.x) % kLanes;
    float largest = 0.0f;
    for (int j = lane; j < columns; j += kLanes) {
        const float product = chunk.scores[row][j] * chunk.keyScales[j];
        largest = product > largest ? product : largest;
    }
    largest = maxLanes(largest);
    const float inverse = largest > 0 ? 255.0f / largest : 0.0f;
    for (int j = lane; j < kLatentChunk; j += kLanes) {
        const float product = j < columns ? chunk.scores[row][j] * chunk.keyScales[j] : 0.0f;
        const float code = __fmaf_rn(product, inverse, 12582912.0f) - 12582912.0f;
        chunk.codes[row][j] = uint8_t(int32_t(code));
    }
    if (lane == 0)
        chunk.weightScales[row] = largest / 255.0f;
}

/// Four keys' codes of four columns become four columns' codes of four keys.
__device__ inline void transpose(const uint4& keys, uint32_t (&columns)[4]) {
    const uint32_t ab0 = __byte_perm(keys.x, keys.y, 0x5140),
                   ab2 = __byte_perm(keys.x, keys.y, 0x7362);
    const uint32_t cd0 = __byte_perm(keys.z, keys.w, 0x5140),
                   cd2 = __byte_perm(keys.z, keys.w, 0x7362);
    columns[0] = __byte_perm(ab0, cd0, 0x5410);
    columns[1] = __byte_perm(ab0, cd0, 0x7632);
    columns[2] = __byte_perm(ab2, cd2, 0x5410);
    columns[3] = __byte_perm(ab2, cd2, 0x7632);
}

/// totals[r][i] = sum over the chunk's keys of weight r times column i of a quad, for kSome rows
/// from firstRow on. part(page): where the page's values lie.
template <int kSome, typename Part>
__device__ inline void sumQuad(const LatentChunk& chunk, int pages, int quad, int firstRow,
                               Part part, int32_t (&totals)[kSome][4]) {
    for (int page = 0; page < pages; ++page) {
        const auto* words = reinterpret_cast<const uint4*>(part(page) + quad * 4 * kPageTokens);
#pragma unroll 4
        for (int j = 0; j < kPageTokens / 4; ++j) {
            uint32_t columns[4];
            transpose(words[j], columns);
#pragma unroll
            for (int r = 0; r < kSome; ++r) {
                const auto weights = reinterpret_cast<const uint32_t*>(
                    chunk.codes[firstRow + r])[page * (kPageTokens / 4) + j];
#pragma unroll
                for (int i = 0; i < 4; ++i)
                    totals[r][i] = dotUnsigned(weights, columns[i], totals[r][i]);
            }
        }
    }
}

}  // namespace hearth::engine::cuda
