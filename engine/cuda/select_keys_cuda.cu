// The indexer of sparse attention: scores of every visible key, then the best of them. A score is
// one chain over the key's elements and one over the heads.
#include <algorithm>

#include "engine/cuda/cuda_ops.h"
#include "engine/cuda/device_rows.cuh"

namespace hearth::engine::cuda {
namespace {

constexpr int kScoreThreads = 64;  // keys of a block
constexpr int kThreads = 256, kWarps = kThreads / 32;
constexpr int64_t kWaveScores = int64_t{16} << 20;  // kept at a time

struct SelectParams {
    Rows<const float> q, weights;
    FloatRows keys;
    Rows<const int32_t> tables;
    const int32_t* sequences;
    const int32_t* lengths;
    Rows<int32_t> selected;
    int64_t most;
    int64_t pageTokens;
    int heads, dim;
    int64_t firstToken;
    float* scores;  // [tokens][stride]
    int64_t stride;
};

/// Grid: blocks of keys, tokens. Shared: keys [kScoreThreads][dim + 1], queries of a head [dim].
__global__ void __launch_bounds__(kScoreThreads) scoreKeys(SelectParams p) {
    auto* shared = sharedMemory<float>();
    const int64_t token = p.firstToken + blockIdx.y, first = int64_t(blockIdx.x) * kScoreThreads;
    const int64_t length = p.lengths[token];
    if (length <= p.most || first >= length)
        return;  // it keeps all that it sees
    const int count = int(min(int64_t(kScoreThreads), length - first)), stride = p.dim + 1;
    float *keys = shared, *query = shared + kScoreThreads * stride;
    const int32_t* pages = p.tables[p.sequences[token]];
    for (int i = int(threadIdx.x); i < count * p.dim; i += kScoreThreads) {
        const int64_t position = first + i / p.dim;
        const int64_t slot =
            pages[position / p.pageTokens] * p.pageTokens + position % p.pageTokens;
        keys[i / p.dim * stride + i % p.dim] = p.keys.load(slot, i % p.dim);
    }
    float score = 0.0f;
    for (int h = 0; h < p.heads; ++h) {
        __syncthreads();
        for (int d = int(threadIdx.x); d < p.dim; d += kScoreThreads)
            query[d] = p.q[token][int64_t(h) * p.dim + d];
        __syncthreads();
        float product = 0.0f;
        for (int d = 0; d < p.dim; ++d)
            product = __fmaf_rn(query[d], keys[threadIdx.x * stride + d], product);
        score = __fmaf_rn(p.weights[token][h], larger(product, 0.0f), score);
    }
    if (int(threadIdx.x) < count)
        p.scores[blockIdx.y * p.stride + first + threadIdx.x] = score;
}

/// Orders as the score does, and among equal scores the lower position last; a total order even
/// with NaN.
__device__ uint64_t rankOf(float score, int64_t position) {
    const uint32_t bits = __float_as_uint(score + 0.0f);  // -0 becomes 0
    const uint32_t ordered = bits >> 31 ? ~bits : bits | 0x80000000u;
    return uint64_t(ordered) << 32 | uint32_t(~uint32_t(position));
}

/// Sum over the block; every thread gets it.
__device__ int64_t sumOfBlock(int64_t value) {
    __shared__ int64_t warps[kWarps];
    for (int half = 16; half > 0; half /= 2)
        value += __shfl_xor_sync(0xffffffffu, value, half);
    __syncthreads();
    if (threadIdx.x % 32 == 0)
        warps[threadIdx.x / 32] = value;
    __syncthreads();
    int64_t sum = 0;
    for (int w = 0; w < kWarps; ++w)
        sum += warps[w];
    return sum;
}

/// The rank of the `wanted` best of `count` scores, bit by bit from the highest.
__device__ uint64_t worstKept(const float* scores, int64_t count, int64_t wanted) {
    uint64_t worst = 0;
    for (int bit = 63; bit >= 0; --bit) {
        const uint64_t candidate = worst | uint64_t{1} << bit;
        int64_t above = 0;
        for (int64_t j = threadIdx.x; j < count; j += kThreads)
            above += rankOf(scores[j], j) >= candidate ? 1 : 0;
        if (sumOfBlock(above) >= wanted)
            worst = candidate;
    }
    return worst;
}

/// A block a token.
__global__ void __launch_bounds__(kThreads) chooseKeys(SelectParams p) {
    __shared__ int warpCounts[kWarps];
    const int64_t token = p.firstToken + blockIdx.x, length = p.lengths[token];
    int32_t* row = p.selected[token];
    const int64_t kept = length < p.most ? length : p.most;
    for (int64_t j = kept + threadIdx.x; j < p.most; j += kThreads)
        row[j] = -1;
    if (length <= p.most) {
        for (int64_t j = threadIdx.x; j < kept; j += kThreads)
            row[j] = int32_t(j);
        return;
    }
    const float* scores = p.scores + blockIdx.x * p.stride;
    const uint64_t worst = worstKept(scores, length, p.most);
    const int lane = int(threadIdx.x) % 32, warp = int(threadIdx.x) / 32;
    int64_t written = 0;
    for (int64_t first = 0; first < length; first += kThreads) {
        const int64_t j = first + threadIdx.x;
        const bool mine = j < length && rankOf(scores[j], j) >= worst;
        const unsigned all = __ballot_sync(0xffffffffu, mine);
        __syncthreads();
        if (lane == 0)
            warpCounts[warp] = __popc(all);
        __syncthreads();
        int before = 0, total = 0;
        for (int w = 0; w < kWarps; ++w) {
            before += w < warp ? warpCounts[w] : 0;
            total += warpCounts[w];
        }
        if (mine)
            row[written + before + __popc(all & ((1u << lane) - 1))] = int32_t(j);
        written += total;
    }
}

}  // namespace

void selectKeys(DeviceMemory& memory, const SelectKeysParams& p) {
    const int64_t tokens = p.q.dim(0);
    if (tokens == 0)
        return;
    const int64_t stride = p.page_tables.dim(1) * p.page_tokens;  // bounds the lengths
    const int64_t wave =
        std::clamp<int64_t>(kWaveScores / stride, 1, std::min<int64_t>(tokens, 65535));
    const Scratch<float> scores(memory, wave * stride);
    SelectParams params{.q = Rows<const float>(p.q),
                        .weights = Rows<const float>(p.weights),
                        .keys = FloatRows(p.keys),
                        .tables = Rows<const int32_t>(p.page_tables),
                        .sequences = static_cast<const int32_t*>(dataOf(p.sequences)),
                        .lengths = static_cast<const int32_t*>(dataOf(p.lengths)),
                        .selected = Rows<int32_t>(p.selected),
                        .most = p.selected.dim(1),
                        .pageTokens = p.page_tokens,
                        .heads = int(p.heads),
                        .dim = int(p.q.dim(1) / p.heads),
                        .scores = scores.data(),
                        .stride = stride};
    const int shared = int(sizeof(float)) * (kScoreThreads * (params.dim + 1) + params.dim);
    for (; params.firstToken < tokens; params.firstToken += wave) {
        const auto some = unsigned(std::min(wave, tokens - params.firstToken));
        const auto blocks = unsigned((stride + kScoreThreads - 1) / kScoreThreads);
        launchKernel(memory, "selectKeys", scoreKeys,
                     {.grid = dim3(blocks, some), .threads = kScoreThreads, .sharedBytes = shared},
                     params);
        launchKernel(memory, "selectKeys", chooseKeys, {.grid = some, .threads = kThreads}, params);
    }
}

}  // namespace hearth::engine::cuda
