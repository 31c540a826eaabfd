// Absorbed MLA decode over the F32 cache. Keys are taken in blocks of 32 counted from
// position 0, or along the list of selected ones, with the sums of engine/cpu/mla_decode_cpu.cpp.
// What depends on the blocks before is little (maxima and sums), so that scores and the values of
// every block are computed side by side: a long context occupies the whole GPU.
#include <algorithm>

#include "engine/cuda/cuda_ops.h"
#include "engine/cuda/latent_join.cuh"

namespace hearth::engine::cuda {
namespace {

constexpr int kKeys = 32;   // of a block, which are a warp's lanes
constexpr int kHeads = 16;  // heads that share a block of latent rows
constexpr int kThreads = 256, kWarps = kThreads / 32;
constexpr int64_t kScratchFloats = int64_t{64} << 20;  // of the tokens that are decoded together

struct DecodeParams {
    Rows<const float> qLatent, qRope;
    int64_t ropeStride;
    FloatRows cache;
    Rows<const int32_t> tables;
    const int32_t* sequences;
    const int32_t* lengths;
    Rows<const int32_t> selected;
    int64_t selectedMost;
    int64_t pageTokens;
    int heads, rank, width;
    float scale;
    Rows<float> out;
    int64_t firstToken, blocks;
    float* scores;        // [tokens][heads][blocks][kKeys]: scores, then weights
    float* partial;       // [tokens][heads][blocks][rank]
    float* corrections;   // [tokens][heads][blocks]
    float* inverse;       // [tokens][heads]
    const int32_t* keys;  // [tokens]: how many the token attends to

    __device__ int64_t slot(int64_t token, int64_t key) const {
        const int64_t position = selected.data ? selected[token][key] : key;
        return tables[sequences[token]][position / pageTokens] * pageTokens + position % pageTokens;
    }
    /// Of a block's key 0; token counted from firstToken.
    __device__ int64_t blockOf(int64_t token, int64_t head, int64_t block) const {
        return (token * heads + head) * blocks + block;
    }
    __device__ int keysOf(int64_t token, int64_t block) const {
        const int64_t left = keys[token] - block * kKeys;
        return int(left < 0 ? 0 : left < kKeys ? left : kKeys);
    }
};

/// Grid: blocks of keys, tokens, groups of heads. Shared: latent rows [kKeys][width + 1] and
/// queries [kHeads][width].
__global__ void __launch_bounds__(kThreads) scoreBlock(DecodeParams p) {
    auto* shared = sharedMemory<float>();
    const int64_t row = blockIdx.y, token = p.firstToken + row;
    const int count = p.keysOf(row, blockIdx.x);
    if (count == 0)
        return;
    const int stride = p.width + 1, firstHead = int(blockIdx.z) * kHeads;
    const int heads = min(kHeads, p.heads - firstHead);
    float *latent = shared, *queries = shared + kKeys * stride;
    for (int i = int(threadIdx.x); i < count * p.width; i += kThreads) {
        const int key = i / p.width, d = i % p.width;
        latent[key * stride + d] =
            p.cache.load(p.slot(token, blockIdx.x * int64_t(kKeys) + key), d);
    }
    for (int i = int(threadIdx.x); i < heads * p.width; i += kThreads) {
        const int64_t head = firstHead + i / p.width, d = i % p.width;
        queries[i] = d < p.rank ? p.qLatent[token][head * p.rank + d]
                                : p.qRope[token][head * p.ropeStride + d - p.rank];
    }
    __syncthreads();
    const int key = int(threadIdx.x) % 32, warp = int(threadIdx.x) / 32;
    if (key >= count)
        return;
    for (int h = warp; h < heads; h += kWarps) {
        float score = 0.0f;
        for (int d = 0; d < p.width; ++d)
            score = __fmaf_rn(queries[h * p.width + d], latent[key * stride + d], score);
        p.scores[p.blockOf(row, firstHead + h, blockIdx.x) * kKeys + key] = score * p.scale;
    }
}

/// Grid: heads, tokens. Shared: maxima and sums of the blocks.
__global__ void __launch_bounds__(kThreads) softmaxOfHead(DecodeParams p) {
    auto* shared = sharedMemory<float>();
    const int64_t row = blockIdx.y, head = blockIdx.x;
    const int lane = int(threadIdx.x) % 32, warp = int(threadIdx.x) / 32;
    const auto blocks = int((p.keys[row] + kKeys - 1) / kKeys);
    float *maxima = shared, *sums = shared + blocks;
    float* scores = p.scores + p.blockOf(row, head, 0) * kKeys;
    for (int b = warp; b < blocks; b += kWarps) {
        float largest = lane < p.keysOf(row, b) ? scores[b * kKeys + lane] : minusInfinity();
        for (int half = 16; half > 0; half /= 2)
            largest = larger(largest, __shfl_xor_sync(0xffffffffu, largest, half));
        if (lane == 0)
            maxima[b] = largest;
    }
    __syncthreads();
    if (warp == 0) {  // the largest so far, block after block
        float before = minusInfinity();
        for (int first = 0; first < blocks; first += 32) {
            float largest = first + lane < blocks ? maxima[first + lane] : minusInfinity();
            for (int step = 1; step < 32; step *= 2) {
                const float other = __shfl_up_sync(0xffffffffu, largest, step);
                if (lane >= step)
                    largest = other > largest ? other : largest;
            }
            largest = before > largest ? before : largest;
            if (first + lane < blocks)
                maxima[first + lane] = largest;
            before = __shfl_sync(0xffffffffu, largest, 31);
        }
    }
    __syncthreads();
    float* corrections = p.corrections + p.blockOf(row, head, 0);
    for (int b = warp; b < blocks; b += kWarps) {
        const float shift = maxima[b] == minusInfinity() ? 0.0f : maxima[b];
        const float score = lane < p.keysOf(row, b) ? scores[b * kKeys + lane] : minusInfinity();
        const float weight = exponential(score - shift);
        scores[b * kKeys + lane] = weight;
        const float sum = sumLanes(weight + __shfl_xor_sync(0xffffffffu, weight, 16));
        if (lane == 0) {
            sums[b] = sum;
            corrections[b] = exponential((b > 0 ? maxima[b - 1] : minusInfinity()) - shift);
        }
    }
    __syncthreads();
    if (threadIdx.x == 0) {
        float sum = 0.0f;
        for (int b = 0; b < blocks; ++b)
            sum = sum * corrections[b] + sums[b];
        p.inverse[row * p.heads + head] = 1.0f / sum;
    }
}

/// Grid: blocks of keys, tokens, groups of heads. A thread has columns of all heads of its group.
__global__ void __launch_bounds__(kThreads) sumValues(DecodeParams p) {
    __shared__ float weights[kKeys][kHeads];
    __shared__ int64_t slots[kKeys];
    const int64_t row = blockIdx.y;
    const int count = p.keysOf(row, blockIdx.x);
    if (count == 0)
        return;
    const int firstHead = int(blockIdx.z) * kHeads;
    for (int i = int(threadIdx.x); i < kHeads * kKeys; i += kThreads) {
        const int head = min(firstHead + i / kKeys, p.heads - 1);
        weights[i % kKeys][i / kKeys] =
            p.scores[p.blockOf(row, head, blockIdx.x) * kKeys + i % kKeys];
    }
    if (int(threadIdx.x) < count)
        slots[threadIdx.x] = p.slot(p.firstToken + row, blockIdx.x * int64_t(kKeys) + threadIdx.x);
    __syncthreads();
    for (int column = int(threadIdx.x); column < p.rank; column += kThreads) {
        float sums[kHeads] = {};
        for (int j = 0; j < count; ++j) {
            const float value = p.cache.load(slots[j], column);
#pragma unroll
            for (int h = 0; h < kHeads; ++h)
                sums[h] = __fmaf_rn(weights[j][h], value, sums[h]);
        }
        for (int h = 0; h < kHeads && firstHead + h < p.heads; ++h)
            p.partial[p.blockOf(row, firstHead + h, blockIdx.x) * p.rank + column] = sums[h];
    }
}

void decodeTokens(DeviceMemory& memory, const DecodeParams& p, int64_t tokens, int32_t* counts) {
    const auto heads = unsigned((p.heads + kHeads - 1) / kHeads);
    const dim3 grid(unsigned(p.blocks), unsigned(tokens), heads);
    const auto floats = int64_t(sizeof(float));
    launchKernel(memory, "mlaDecode", countKeys, {.grid = unsigned(tokens), .threads = 32},
                 p.lengths, p.selected, p.selectedMost, p.firstToken, counts);
    launchKernel(memory, "mlaDecode", scoreBlock,
                 {.grid = grid,
                  .threads = kThreads,
                  .sharedBytes = floats * (kKeys * (p.width + 1) + kHeads * p.width)},
                 p);
    launchKernel(memory, "mlaDecode", softmaxOfHead,
                 {.grid = dim3(unsigned(p.heads), unsigned(tokens)),
                  .threads = kThreads,
                  .sharedBytes = floats * 2 * p.blocks},
                 p);
    launchKernel(memory, "mlaDecode", sumValues, {.grid = grid, .threads = kThreads}, p);
    const DecodeParams q = p;
    forEachElement(memory, "mlaDecode", tokens, int64_t(p.heads) * p.rank,
                   [=] __device__(int64_t row, int64_t i) {
                       const int64_t head = i / q.rank, column = i % q.rank;
                       float sum = 0.0f;
                       for (int64_t b = 0; b * kKeys < q.keys[row]; ++b) {
                           const int64_t at = q.blockOf(row, head, b);
                           sum = sum * q.corrections[at] + q.partial[at * q.rank + column];
                       }
                       q.out[q.firstToken + row][i] = sum * q.inverse[row * q.heads + head];
                   });
}

}  // namespace

void mlaDecode(DeviceMemory& memory, const MlaDecodeParams& p) {
    if (p.cache.dtype() == DType::U8)
        return decodeLatentPages(memory, p);
    if (p.cache.dtype() == DType::BF16)
        return decodeLatentRows(memory, p);
    const int64_t tokens = p.q_latent.dim(0);
    if (tokens == 0)
        return;
    DecodeParams params{.qLatent = Rows<const float>(p.q_latent),
                        .qRope = Rows<const float>(p.q_rope),
                        .ropeStride = p.q_rope_head_stride,
                        .cache = FloatRows(p.cache),
                        .tables = Rows<const int32_t>(p.page_tables),
                        .sequences = static_cast<const int32_t*>(dataOf(p.sequences)),
                        .lengths = static_cast<const int32_t*>(dataOf(p.lengths)),
                        .pageTokens = p.page_tokens,
                        .heads = int(p.heads),
                        .rank = int(p.kv_lora_rank),
                        .width = int(p.kv_lora_rank + p.qk_rope_head_dim),
                        .scale = p.scale,
                        .out = Rows<float>(p.out)};
    // The lengths lie on the GPU: the pages of a sequence bound them.
    int64_t most = p.page_tables.dim(1) * p.page_tokens;
    if (p.selected.defined()) {
        params.selected = Rows<const int32_t>(p.selected);
        params.selectedMost = p.selected.dim(1);
        most = std::min(most, params.selectedMost);
    }
    params.blocks = (most + kKeys - 1) / kKeys;
    const int64_t partials = p.heads * params.blocks;  // of a token
    const int64_t perToken = partials * (kKeys + params.rank + 1);
    const int64_t together =
        std::clamp<int64_t>(kScratchFloats / perToken, 1, std::min<int64_t>(tokens, 65535));
    const Scratch<float> scores(memory, together * partials * kKeys);
    const Scratch<float> partial(memory, together * partials * params.rank);
    const Scratch<float> corrections(memory, together * partials);
    const Scratch<float> inverse(memory, together * p.heads);
    const Scratch<int32_t> counts(memory, together);
    params.scores = scores.data();
    params.partial = partial.data();
    params.corrections = corrections.data();
    params.inverse = inverse.data();
    params.keys = counts.data();
    for (; params.firstToken < tokens; params.firstToken += together)
        decodeTokens(memory, params, std::min(together, tokens - params.firstToken), counts.data());
}

}  // namespace hearth::engine::cuda
