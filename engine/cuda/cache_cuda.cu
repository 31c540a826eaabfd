// Rows of the paged caches, in and out.
#include "engine/cuda/cuda_ops.h"
#include "engine/cuda/device_rows.cuh"
#include "engine/cuda/latent_device.cuh"
#include "engine/ops/expanded_page.h"

namespace hearth::engine::cuda {
namespace {

constexpr int kThreads = 128, kWarps = kThreads / 32;

/// A part of the int8 cache, given as a view of its columns.
struct CachePart {
    explicit CachePart(const Tensor& view)
        : pageBytes(view.rowStride() * kPageTokens), values(view.dim(1) - kLatentScaleBytes) {
        const int64_t column = view.offset() % view.rowStride();
        data = static_cast<std::byte*>(dataOf(view)) + column * (kPageTokens - 1);
    }
    __device__ std::byte* page(int64_t slot) const { return data + slot / kPageTokens * pageBytes; }
    __device__ int8_t* codes(int64_t slot) const {
        return reinterpret_cast<int8_t*>(page(slot)) + slot % kPageTokens * 4;
    }
    __device__ float* scale(int64_t slot) const {
        return reinterpret_cast<float*>(page(slot) + values * kPageTokens) + slot % kPageTokens;
    }

    std::byte* data = nullptr;
    int64_t pageBytes;
    int64_t values;
};

/// A warp a row.
__global__ void writeRows(Rows<const float> rows, const int32_t* slots, int64_t count,
                          CachePart part) {
    const int64_t row = int64_t(blockIdx.x) * kWarps + threadIdx.x / 32;
    if (row >= count)
        return;
    const float scale =
        quantisePart(rows[row], part.values, part.codes(slots[row]), kPageTokens * 4);
    if (threadIdx.x % 32 == 0)
        *part.scale(slots[row]) = scale;
}

void writeLatentPart(DeviceMemory& memory, const CacheWriteParams& p) {
    const int64_t count = p.rows.dim(0);
    if (count == 0)
        return;
    launchKernel(memory, "cacheWrite", writeRows,
                 {.grid = unsigned((count + kWarps - 1) / kWarps), .threads = kThreads},
                 Rows<const float>(p.rows), static_cast<const int32_t*>(dataOf(p.slots)), count,
                 CachePart(p.cache));
}

void gatherLatentPart(DeviceMemory& memory, const CacheGatherParams& p) {
    const CachePart part(p.cache);
    const Rows<float> out(p.out);
    const auto* pages = static_cast<const int32_t*>(dataOf(p.page_table));
    forEachElement(
        memory, "cacheGather", p.length, p.out.dim(1), [=] __device__(int64_t row, int64_t i) {
            const int64_t slot =
                int64_t(pages[row / kPageTokens]) * kPageTokens + row % kPageTokens;
            out[row][i] =
                *part.scale(slot) * float(part.codes(slot)[i / 4 * (kPageTokens * 4) + i % 4]);
        });
}

/// A warp rounds the rope key (part 0), or a head's key or value, of one token.
__global__ void expandParts(Rows<const float> kv, Rows<const float> rope, int64_t tokens,
                            ExpandedShape shape, std::byte* out) {
    const int64_t parts = 1 + 2 * shape.heads;
    const int64_t index = int64_t(blockIdx.x) * kWarps + threadIdx.x / 32;
    const int64_t token = index / parts, part = index % parts;
    if (token >= tokens)
        return;
    const int64_t head = (part - 1) / 2;
    const bool isKey = part % 2 == 1;
    const float* x = rope[token];
    int64_t values = shape.rope, offset = 0;
    if (part > 0) {
        x = kv[token] + head * (shape.key + shape.value) + (isKey ? 0 : shape.key);
        values = isKey ? shape.key : shape.value;
        offset = isKey ? shape.keyOffset(head) : shape.valueOffset(head);
    }
    std::byte* target = out + token / kPageTokens * shape.pageBytes() + offset;
    const int64_t at = token % kPageTokens;
    const float scale =
        quantisePart(x, values, reinterpret_cast<int8_t*>(target) + at * 4, kPageTokens * 4);
    if (threadIdx.x % 32 == 0)
        reinterpret_cast<float*>(target + values * kPageTokens)[at] = scale;
}

}  // namespace

void cacheWrite(DeviceMemory& memory, const CacheWriteParams& p) {
    if (p.cache.dtype() == DType::U8)
        return writeLatentPart(memory, p);
    const Rows<const float> rows(p.rows);
    const FloatRows cache(p.cache);
    const auto* slots = static_cast<const int32_t*>(dataOf(p.slots));
    forEachElement(
        memory, "cacheWrite", p.rows.dim(0), p.rows.dim(1),
        [=] __device__(int64_t row, int64_t i) { cache.store(slots[row], i, rows[row][i]); });
}

void cacheGather(DeviceMemory& memory, const CacheGatherParams& p) {
    if (p.cache.dtype() == DType::U8)
        return gatherLatentPart(memory, p);
    const FloatRows cache(p.cache);
    const Rows<float> out(p.out);
    const auto* pages = static_cast<const int32_t*>(dataOf(p.page_table));
    const int64_t pageTokens = p.page_tokens;
    forEachElement(memory, "cacheGather", p.length, p.out.dim(1),
                   [=] __device__(int64_t row, int64_t i) {
                       const int64_t page = pages[row / pageTokens];
                       out[row][i] = cache.load(page * pageTokens + row % pageTokens, i);
                   });
}

void expandKeys(DeviceMemory& memory, const ExpandKeysParams& p) {
    const int64_t tokens = p.kv.dim(0), warps = tokens * (1 + 2 * p.shape.heads);
    if (tokens == 0)
        return;
    auto* out =
        static_cast<std::byte*>(dataOf(p.out)) + p.first / kLatentPageTokens * p.shape.pageBytes();
    launchKernel(memory, "expandKeys", expandParts,
                 {.grid = unsigned((warps + kWarps - 1) / kWarps), .threads = kThreads},
                 Rows<const float>(p.kv), Rows<const float>(p.rope), tokens, p.shape, out);
}

}  // namespace hearth::engine::cuda
