// MLA decode over the int8 cache (engine/ops/latent_page.h). A block takes a chunk of a token's
// keys and eight of its heads; the chunks' partial results are joined in order, as in
// engine/cpu/latent_decode_cpu.cpp.
#include <algorithm>

#include "engine/cuda/cuda_ops.h"
#include "engine/cuda/latent_chunk.cuh"
#include "engine/cuda/latent_join.cuh"

namespace hearth::engine::cuda {
namespace {

constexpr int kRows = LatentChunk::kRows, kThreads = LatentChunk::kThreads;
constexpr int64_t kScratchFloats = int64_t{64} << 20;  // of the tokens that are decoded together

struct LatentParams {
    Rows<const float> qLatent, qRope;
    int64_t ropeStride;
    const std::byte* cache;
    int64_t pageBytes;
    Rows<const int32_t> tables;
    const int32_t* sequences;
    int heads, latentQuads, ropeQuads;
    float scale;
    int8_t* codes;        // [tokens][heads][latent | rope]
    float* latentScales;  // [tokens][heads]
    float* ropeScales;    // the same
    LatentPartials partials;

    __device__ int quads() const { return latentQuads + ropeQuads; }
};

/// Grid: heads, tokens; a warp.
__global__ void quantiseQueries(LatentParams p) {
    const int64_t row = blockIdx.y, head = blockIdx.x, token = p.partials.first + row;
    const int64_t at = row * p.heads + head;
    int8_t* codes = p.codes + at * p.quads() * 4;
    const float latent =
        quantisePart(p.qLatent[token] + head * p.latentQuads * 4, p.latentQuads * 4, codes, 4);
    const float rope = quantisePart(p.qRope[token] + head * p.ropeStride, p.ropeQuads * 4,
                                    codes + p.latentQuads * 4, 4);
    if (threadIdx.x == 0) {
        p.latentScales[at] = latent;
        p.ropeScales[at] = rope;
    }
}

/// Grid: chunks, groups of heads, tokens. Shared: the queries' codes [kRows][quads].
__global__ void __launch_bounds__(kThreads) decodeChunk(LatentParams p) {
    __shared__ __align__(16) LatentChunk chunk;
    __shared__ float latentScales[kRows], ropeScales[kRows];
    auto* words = sharedMemory<uint32_t>();
    const int64_t row = blockIdx.z, keys = p.partials.keysOf(row, blockIdx.x);
    if (keys <= 0)
        return;
    const int firstHead = int(blockIdx.y) * kRows, heads = min(kRows, p.heads - firstHead);
    uint32_t *latentWords = words, *ropeWords = words + kRows * p.latentQuads;
    for (int i = int(threadIdx.x); i < kRows * p.quads(); i += kThreads) {
        const int r = i / p.quads(), quad = i % p.quads();
        const int64_t head = firstHead + min(r, heads - 1);
        const uint32_t word =
            reinterpret_cast<const uint32_t*>(p.codes)[(row * p.heads + head) * p.quads() + quad];
        if (quad < p.latentQuads)
            latentWords[r * p.latentQuads + quad] = word;
        else
            ropeWords[r * p.ropeQuads + quad - p.latentQuads] = word;
    }
    if (threadIdx.x < kRows) {
        const int64_t at = row * p.heads + firstHead + min(int(threadIdx.x), heads - 1);
        latentScales[threadIdx.x] = p.latentScales[at];
        ropeScales[threadIdx.x] = p.ropeScales[at];
    }
    const auto pages = int((keys + kPageTokens - 1) / kPageTokens);
    const int32_t* table = p.tables[p.sequences[p.partials.first + row]] + blockIdx.x * kChunkPages;
    __syncthreads();
    const int page = int(threadIdx.x) / 32;
    if (page < pages) {
        const std::byte* latent = p.cache + table[page] * p.pageBytes;
        const std::byte* rope = latent + latentPartWidth(p.latentQuads * 4) * kPageTokens;
        scorePage(chunk, latent, rope, {latentWords, latentScales, p.latentQuads},
                  {ropeWords, ropeScales, p.ropeQuads});
        chunk.keyScales[threadIdx.x] = threadIdx.x < keys ? scaleOf(latent, p.latentQuads) : 0.0f;
    }
    __syncthreads();
    const int r = int(threadIdx.x) / kLanes;
    if (r < kRows) {
        SoftmaxState state{minusInfinity(), 0.0f, 0.0f};
        softmaxRow(chunk, pages * kPageTokens, keys, p.scale, state);
        __syncwarp();
        weighRow(chunk, pages * kPageTokens);
        if (threadIdx.x % kLanes == 0 && r < heads) {
            const int64_t at = p.partials.at(row, blockIdx.x, firstHead + r);
            p.partials.maximum[at] = state.maximum;
            p.partials.sum[at] = state.sum;
        }
    }
    __syncthreads();
    // Half of the rows at a time, so that a block's threads have about one quad each.
    constexpr int kSome = kRows / 2;
    for (int i = int(threadIdx.x); i < 2 * p.latentQuads; i += kThreads) {
        const int quad = i % p.latentQuads, first = i / p.latentQuads * kSome;
        int32_t totals[kSome][4] = {};
        sumQuad(
            chunk, pages, quad, first, [&](int n) { return p.cache + table[n] * p.pageBytes; },
            totals);
        for (int s = 0; s < kSome && first + s < heads; ++s) {
            float* out = p.partials.partial +
                         p.partials.at(row, blockIdx.x, firstHead + first + s) * p.latentQuads * 4 +
                         quad * 4;
            for (int c = 0; c < 4; ++c)
                out[c] = float(totals[s][c]) * chunk.weightScales[first + s];
        }
    }
}

}  // namespace

void decodeLatentPages(DeviceMemory& memory, const MlaDecodeParams& p) {
    const int64_t tokens = p.q_latent.dim(0);
    if (tokens == 0)
        return;
    LatentParams params{.qLatent = Rows<const float>(p.q_latent),
                        .qRope = Rows<const float>(p.q_rope),
                        .ropeStride = p.q_rope_head_stride,
                        .cache = static_cast<const std::byte*>(dataOf(p.cache)),
                        .pageBytes = p.cache.rowStride() * kLatentPageTokens,
                        .tables = Rows<const int32_t>(p.page_tables),
                        .sequences = static_cast<const int32_t*>(dataOf(p.sequences)),
                        .heads = int(p.heads),
                        .latentQuads = int(p.kv_lora_rank / 4),
                        .ropeQuads = int(p.qk_rope_head_dim / 4),
                        .scale = p.scale};
    // The lengths lie on the GPU: the pages of a sequence bound them.
    const int64_t chunks = (p.page_tables.dim(1) + kChunkPages - 1) / kChunkPages;
    const int64_t partials = chunks * p.heads, rank = p.kv_lora_rank;
    const int64_t together = std::clamp<int64_t>(kScratchFloats / (partials * (rank + 2)), 1,
                                                 std::min<int64_t>(tokens, 65535));
    const int64_t rows = together * p.heads;
    const Scratch<int8_t> codes(memory, rows * (rank + p.qk_rope_head_dim));
    const Scratch<float> latentScales(memory, rows), ropeScales(memory, rows);
    const Scratch<float> partial(memory, together * partials * rank);
    const Scratch<float> maximum(memory, together * partials), sum(memory, together * partials);
    params.codes = codes.data();
    params.latentScales = latentScales.data();
    params.ropeScales = ropeScales.data();
    params.partials = {.chunks = chunks,
                       .heads = p.heads,
                       .rank = rank,
                       .partial = partial.data(),
                       .maximum = maximum.data(),
                       .sum = sum.data()};
    const auto groups = unsigned((p.heads + kRows - 1) / kRows);
    const int64_t shared = kRows * (rank + p.qk_rope_head_dim);
    for (int64_t first = 0; first < tokens; first += together) {
        const int64_t some = std::min(together, tokens - first);
        params.partials.first = first;
        params.partials.keys = static_cast<const int32_t*>(dataOf(p.lengths)) + first;
        launchKernel(memory, "mlaDecode", quantiseQueries,
                     {.grid = dim3(unsigned(p.heads), unsigned(some)), .threads = 32}, params);
        launchKernel(memory, "mlaDecode", decodeChunk,
                     {.grid = dim3(unsigned(chunks), groups, unsigned(some)),
                      .threads = kThreads,
                      .sharedBytes = shared},
                     params);
        joinPartials(memory, params.partials, Rows<float>(p.out), some);
    }
}

}  // namespace hearth::engine::cuda
