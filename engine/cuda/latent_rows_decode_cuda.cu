// MLA decode over the BF16 cache: queries and softmax weights are rounded to BF16 as the rows are,
// sums are F32. A block takes a chunk of a token's keys and eight of its heads. Sums run in the
// order of engine/cpu/pair_rows_impl.h: a score in sixteen lanes of pairs of columns, a weighted
// value as one chain over pairs of keys, of a pair the second product first; subnormal numbers are
// zeros.
#include <algorithm>

#include "engine/cuda/cuda_ops.h"
#include "engine/cuda/instructions.cuh"
#include "engine/cuda/latent_join.cuh"

namespace hearth::engine::cuda {
namespace {

constexpr int kHeads = 8, kThreads = 256;
constexpr int kLaneKeys = 4;                           // keys that sixteen lanes score together
constexpr int kStepValues = 32;                        // columns of sixteen lanes
constexpr int64_t kScratchFloats = int64_t{64} << 20;  // of the tokens that are decoded together

/// The BF16 value next to x, as a float; subnormal ones become zeros.
__device__ float roundedToBf16(float x) {
    const uint32_t bits = __float_as_uint(x);
    if ((bits & 0x7fffffffu) < 0x00800000u)
        return __uint_as_float(bits & 0x80000000u);
    return bf16ToFloat(floatToBf16(x));
}

struct RowsParams {
    Rows<const float> qLatent, qRope;
    int64_t ropeStride;
    Rows<const uint16_t> cache;
    Rows<const int32_t> tables;
    const int32_t* sequences;
    Rows<const int32_t> selected;
    int64_t pageTokens;
    int rank, width;
    bool aligned;  // pairs of columns are whole words
    float scale;
    LatentPartials partials;

    __device__ int64_t slot(int64_t token, int64_t key) const {
        const int64_t position = selected.data ? selected[token][key] : key;
        return tables[sequences[token]][position / pageTokens] * pageTokens + position % pageTokens;
    }
    /// Two neighbouring columns from an even one on, those behind `end` being zero.
    __device__ float2 pair(const uint16_t* row, int column, int end) const {
        if (aligned && column + 1 < end) {
            const uint32_t word = *reinterpret_cast<const uint32_t*>(row + column);
            return {__uint_as_float(word << 16), __uint_as_float(word & 0xffff0000u)};
        }
        return {column < end ? bf16ToFloat(row[column]) : 0.0f,
                column + 1 < end ? bf16ToFloat(row[column + 1]) : 0.0f};
    }
};

struct Shared {
    float scores[kHeads][kLatentChunk];  // then weights, rounded
    const uint16_t* rows[kLatentChunk];
};

/// Grid: chunks, groups of heads, tokens. Shared: queries [kHeads][width up to whole steps].
class ChunkOfRows {
public:
    __device__ ChunkOfRows(const RowsParams& p, Shared& shared, float* queries)
        : m_p(p),
          m_shared(shared),
          m_queries(queries),
          m_steps((p.width + kStepValues - 1) / kStepValues),
          m_row(blockIdx.z),
          m_token(p.partials.first + blockIdx.z),
          m_firstHead(int(blockIdx.y) * kHeads),
          m_heads(min(kHeads, int(p.partials.heads) - m_firstHead)),
          m_keys(int(max(int64_t(0), p.partials.keysOf(m_row, blockIdx.x)))),
          m_columns((m_keys + kLanes - 1) / kLanes * kLanes) {}

    __device__ void run() {
        if (m_keys == 0)
            return;
        load();
        __syncthreads();
        score();
        __syncthreads();
        if (threadIdx.x < kHeads * kLanes)
            softmax();
        __syncthreads();
        sumValues();
    }

private:
    __device__ void load() {
        const int padded = m_steps * kStepValues;
        for (int i = int(threadIdx.x); i < kHeads * padded; i += kThreads) {
            const int64_t head = m_firstHead + min(i / padded, m_heads - 1);
            const int d = i % padded;
            const float value = d < m_p.rank ? m_p.qLatent[m_token][head * m_p.rank + d]
                                : d < m_p.width
                                    ? m_p.qRope[m_token][head * m_p.ropeStride + d - m_p.rank]
                                    : 0.0f;
            m_queries[i] = roundedToBf16(value);
        }
        const int64_t key = int64_t(blockIdx.x) * kLatentChunk + min(int(threadIdx.x), m_keys - 1);
        m_shared.rows[threadIdx.x] = m_p.cache[m_p.slot(m_token, key)];
    }

    /// Half a warp scores kLaneKeys keys with all heads at a time.
    __device__ void score() {
        const int lane = int(threadIdx.x) % kLanes, half = int(threadIdx.x) / kLanes;
        for (int key = half * kLaneKeys; key < kLatentChunk; key += kThreads / kLanes * kLaneKeys) {
            if (key / 32 * 32 >= m_columns)
                break;  // for the whole warp
            float sums[kHeads][kLaneKeys] = {};
            for (int step = 0; step < m_steps; ++step) {
                const int column = step * kStepValues + 2 * lane;
                float2 values[kLaneKeys];
#pragma unroll
                for (int k = 0; k < kLaneKeys; ++k)
                    values[k] = m_p.pair(m_shared.rows[key + k], column, m_p.width);
#pragma unroll
                for (int h = 0; h < kHeads; ++h) {
                    const float2 q = *reinterpret_cast<const float2*>(
                        m_queries + h * m_steps * kStepValues + column);
#pragma unroll
                    for (int k = 0; k < kLaneKeys; ++k)
                        sums[h][k] =
                            fmaFlushed(q.x, values[k].x, fmaFlushed(q.y, values[k].y, sums[h][k]));
                }
            }
#pragma unroll
            for (int h = 0; h < kHeads; ++h) {
#pragma unroll
                for (int k = 0; k < kLaneKeys; ++k) {
                    float sum = sums[h][k];
                    for (int distance = kLanes / 2; distance > 0; distance /= 2)
                        sum = addFlushed(sum, __shfl_xor_sync(0xffffffffu, sum, distance));
                    if (lane == 0)
                        m_shared.scores[h][key + k] = sum;
                }
            }
        }
    }

    /// Sixteen threads a head; scores become weights, rounded.
    __device__ void softmax() {
        const int head = int(threadIdx.x) / kLanes, lane = int(threadIdx.x) % kLanes;
        float* scores = m_shared.scores[head];
        float largest = minusInfinity();
        for (int j = lane; j < m_columns; j += kLanes) {
            scores[j] = j < m_keys ? scores[j] * m_p.scale : minusInfinity();
            largest = larger(largest, scores[j]);
        }
        largest = maxLanes(largest);
        const float shift = largest == minusInfinity() ? 0.0f : largest;
        float sum = 0.0f;
        for (int j = lane; j < m_columns; j += kLanes) {
            const float weight = exponential(scores[j] - shift);
            sum = sum + weight;
            scores[j] = roundedToBf16(weight);
        }
        sum = sumLanes(sum);
        if (lane == 0 && head < m_heads) {
            const int64_t at = m_p.partials.at(m_row, blockIdx.x, m_firstHead + head);
            m_p.partials.maximum[at] = largest;
            m_p.partials.sum[at] = sum;
        }
    }

    /// A thread has two columns of all heads.
    __device__ void sumValues() {
        for (int column = 2 * int(threadIdx.x); column < m_p.rank; column += 2 * kThreads) {
            float2 sums[kHeads] = {};
#pragma unroll 4
            for (int j = 0; j < m_columns; j += 2) {
                const float2 first = m_p.pair(m_shared.rows[j], column, m_p.rank);
                const float2 second = m_p.pair(m_shared.rows[j + 1], column, m_p.rank);
#pragma unroll
                for (int h = 0; h < kHeads; ++h) {
                    const float2 w = *reinterpret_cast<const float2*>(&m_shared.scores[h][j]);
                    sums[h].x = fmaFlushed(w.x, first.x, fmaFlushed(w.y, second.x, sums[h].x));
                    sums[h].y = fmaFlushed(w.x, first.y, fmaFlushed(w.y, second.y, sums[h].y));
                }
            }
            for (int h = 0; h < m_heads; ++h) {
                float* out = m_p.partials.partial +
                             m_p.partials.at(m_row, blockIdx.x, m_firstHead + h) * m_p.rank +
                             column;
                out[0] = sums[h].x;
                if (column + 1 < m_p.rank)
                    out[1] = sums[h].y;
            }
        }
    }

    const RowsParams& m_p;
    Shared& m_shared;
    float* m_queries;
    int m_steps;
    int64_t m_row;
    int64_t m_token;
    int m_firstHead;
    int m_heads;
    int m_keys;
    int m_columns;  // keys up to whole lanes; the last row again behind them
};

__global__ void __launch_bounds__(kThreads) decodeChunk(RowsParams p) {
    __shared__ __align__(16) Shared chunk;
    ChunkOfRows(p, chunk, sharedMemory<float>()).run();
}

}  // namespace

void decodeLatentRows(DeviceMemory& memory, const MlaDecodeParams& p) {
    const int64_t tokens = p.q_latent.dim(0), rank = p.kv_lora_rank;
    if (tokens == 0)
        return;
    const Rows<const int32_t> selected =
        p.selected.defined() ? Rows<const int32_t>(p.selected) : Rows<const int32_t>();
    // The lengths lie on the GPU: the pages of a sequence bound them.
    int64_t most = p.page_tables.dim(1) * p.page_tokens;
    if (p.selected.defined())
        most = std::min(most, p.selected.dim(1));
    const int64_t chunks = (most + kLatentChunk - 1) / kLatentChunk, partials = chunks * p.heads;
    const int64_t together = std::clamp<int64_t>(kScratchFloats / (partials * (rank + 2)), 1,
                                                 std::min<int64_t>(tokens, 65535));
    const Scratch<float> partial(memory, together * partials * rank);
    const Scratch<float> maximum(memory, together * partials), sum(memory, together * partials);
    const Scratch<int32_t> counts(memory, together);
    const Rows<const uint16_t> cache(p.cache);
    RowsParams params{
        .qLatent = Rows<const float>(p.q_latent),
        .qRope = Rows<const float>(p.q_rope),
        .ropeStride = p.q_rope_head_stride,
        .cache = cache,
        .tables = Rows<const int32_t>(p.page_tables),
        .sequences = static_cast<const int32_t*>(dataOf(p.sequences)),
        .selected = selected,
        .pageTokens = p.page_tokens,
        .rank = int(rank),
        .width = int(rank + p.qk_rope_head_dim),
        .aligned = cache.stride % 2 == 0 && reinterpret_cast<uintptr_t>(cache.data) % 4 == 0,
        .scale = p.scale,
        .partials = {.chunks = chunks,
                     .heads = p.heads,
                     .rank = rank,
                     .keys = counts.data(),
                     .partial = partial.data(),
                     .maximum = maximum.data(),
                     .sum = sum.data()}};
    const int steps = (params.width + kStepValues - 1) / kStepValues;
    const int64_t shared = int64_t(kHeads * steps * kStepValues) * int64_t(sizeof(float));
    const auto groups = unsigned((p.heads + kHeads - 1) / kHeads);
    for (int64_t first = 0; first < tokens; first += together) {
        const int64_t some = std::min(together, tokens - first);
        params.partials.first = first;
        launchKernel(memory, "mlaDecode", countKeys, {.grid = unsigned(some), .threads = 32},
                     static_cast<const int32_t*>(dataOf(p.lengths)), selected,
                     p.selected.defined() ? p.selected.dim(1) : 0, first, counts.data());
        launchKernel(memory, "mlaDecode", decodeChunk,
                     {.grid = dim3(unsigned(chunks), groups, unsigned(some)),
                      .threads = kThreads,
                      .sharedBytes = shared},
                     params);
        joinPartials(memory, params.partials, Rows<float>(p.out), some);
    }
}

}  // namespace hearth::engine::cuda
