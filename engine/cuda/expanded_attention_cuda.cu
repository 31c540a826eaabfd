// Prefill of MLA in 8 bits over rebuilt keys and values (engine/ops/expanded_page.h): a block takes
// eight queries of a head through the chunks of keys in order, with an online softmax.
#include "engine/cuda/cuda_ops.h"
#include "engine/cuda/device_rows.cuh"
#include "engine/cuda/latent_chunk.cuh"
#include "engine/ops/expanded_page.h"

namespace hearth::engine::cuda {
namespace {

constexpr int kRows = LatentChunk::kRows, kThreads = LatentChunk::kThreads;
constexpr int kWarps = kThreads / 32;
static_assert(kWarps == kRows);

struct ExpandedParams {
    Rows<const float> q;
    Rows<float> out;
    const std::byte* keys;
    ExpandedShape shape;
    int64_t queries;
    int64_t before;  // query i sees keys j <= before + i
    float scale;
};

/// Grid: tiles of queries, heads. Shared: the queries' codes, then sums [kRows][value].
__global__ void __launch_bounds__(kThreads) attendExpanded(ExpandedParams p) {
    __shared__ __align__(16) LatentChunk chunk;
    __shared__ float keyScales[kRows], ropeScales[kRows], corrections[kRows], inverse[kRows];
    auto* words = sharedMemory<uint32_t>();
    const ExpandedShape& shape = p.shape;
    const int64_t head = blockIdx.y, first = int64_t(gridDim.x - 1 - blockIdx.x) * kRows;
    const int rows = int(min(int64_t(kRows), p.queries - first));
    const int keyQuads = int(shape.key / 4), ropeQuads = int(shape.rope / 4);
    const int values = int(shape.value);
    uint32_t *keyWords = words, *ropeWords = words + kRows * keyQuads;
    auto* sums = reinterpret_cast<float*>(ropeWords + kRows * ropeQuads);
    {
        const int r = int(threadIdx.x) / 32;  // a warp rounds a query
        const float* q = p.q[first + min(r, rows - 1)] + head * (shape.key + shape.rope);
        const float key =
            quantisePart(q, shape.key, reinterpret_cast<int8_t*>(keyWords + r * keyQuads), 4);
        const float rope = quantisePart(q + shape.key, shape.rope,
                                        reinterpret_cast<int8_t*>(ropeWords + r * ropeQuads), 4);
        if (threadIdx.x % 32 == 0) {
            keyScales[r] = key;
            ropeScales[r] = rope;
        }
    }
    for (int i = int(threadIdx.x); i < kRows * values; i += kThreads)
        sums[i] = 0.0f;
    __syncthreads();
    SoftmaxState state{minusInfinity(), 0.0f, 0.0f};
    const int row = int(threadIdx.x) / kLanes;  // of the softmax
    const int64_t end = p.before + first + rows;
    for (int64_t begin = 0; begin < end; begin += kLatentChunk) {
        const auto keys = int(min(int64_t(kLatentChunk), end - begin));
        const int pages = (keys + kPageTokens - 1) / kPageTokens;
        const std::byte* data = p.keys + begin / kPageTokens * shape.pageBytes();
        const int page = int(threadIdx.x) / 32;
        if (page < pages) {
            const std::byte* own = data + page * shape.pageBytes();
            scorePage(chunk, own + shape.keyOffset(head), own, {keyWords, keyScales, keyQuads},
                      {ropeWords, ropeScales, ropeQuads});
            chunk.keyScales[threadIdx.x] =
                int(threadIdx.x) < keys ? scaleOf(own + shape.valueOffset(head), values / 4) : 0.0f;
        }
        __syncthreads();
        if (row < kRows) {
            const int64_t visible = p.before + first + min(row, rows - 1) + 1 - begin;
            softmaxRow(chunk, pages * kPageTokens, visible, p.scale, state);
            __syncwarp();
            weighRow(chunk, pages * kPageTokens);
            if (threadIdx.x % kLanes == 0)
                corrections[row] = state.correction;
        }
        __syncthreads();
        for (int i = int(threadIdx.x); i < kRows * values / 4; i += kThreads) {
            const int r = i / (values / 4), quad = i % (values / 4);
            int32_t totals[1][4] = {};
            sumQuad(
                chunk, pages, quad, r,
                [&](int n) { return data + n * shape.pageBytes() + shape.valueOffset(head); },
                totals);
            for (int c = 0; c < 4; ++c) {
                float& sum = sums[r * values + quad * 4 + c];
                sum = sum * corrections[r] + float(totals[0][c]) * chunk.weightScales[r];
            }
        }
        __syncthreads();
    }
    if (row < kRows && threadIdx.x % kLanes == 0)
        inverse[row] = 1.0f / state.sum;
    __syncthreads();
    for (int i = int(threadIdx.x); i < rows * values; i += kThreads)
        p.out[first + i / values][head * values + i % values] = sums[i] * inverse[i / values];
}

}  // namespace

void expandedAttention(DeviceMemory& memory, const ExpandedAttentionParams& p) {
    const int64_t queries = p.q.dim(0);
    if (queries == 0)
        return;
    const ExpandedParams params{.q = Rows<const float>(p.q),
                                .out = Rows<float>(p.out),
                                .keys = static_cast<const std::byte*>(dataOf(p.keys)),
                                .shape = p.shape,
                                .queries = queries,
                                .before = p.k_len - queries,
                                .scale = p.scale};
    const int64_t shared = kRows * (p.shape.key + p.shape.rope + 4 * p.shape.value);
    const dim3 grid(unsigned((queries + kRows - 1) / kRows), unsigned(p.shape.heads));
    launchKernel(memory, "expandedAttention", attendExpanded,
                 {.grid = grid, .threads = kThreads, .sharedBytes = shared}, params);
}

}  // namespace hearth::engine::cuda
