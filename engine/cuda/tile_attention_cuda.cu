// Attention over materialised keys and values (prefill), and over paged ones (prefill and decode).
#include "engine/cuda/tile_attention.cuh"

#include <string>
#include <vector>

#include "core/result.h"
#include "engine/cuda/cuda_ops.h"
#include "engine/cuda/device_rows.cuh"

namespace hearth::engine::cuda {
namespace {

/// Rows of k and v.
struct PlainKeys {
    Rows<const float> k, v;
    int keyDim, valueDim;
    __device__ float key(const TileItem& item, int64_t j, int d) const {
        return k[item.firstKey + j][int64_t(item.keyHead) * keyDim + d];
    }
    __device__ float value(const TileItem& item, int64_t j, int d) const {
        return v[item.firstKey + j][int64_t(item.keyHead) * valueDim + d];
    }
};

/// Rows of a cache: keys | values.
struct PagedKeys {
    FloatRows cache;
    Rows<const int32_t> tables;
    int64_t pageTokens;
    int64_t dim, valueColumn;
    __device__ int64_t slot(const TileItem& item, int64_t j) const {
        return tables[item.firstKey][j / pageTokens] * pageTokens + j % pageTokens;
    }
    __device__ float key(const TileItem& item, int64_t j, int d) const {
        return cache.load(slot(item, j), item.keyHead * dim + d);
    }
    __device__ float value(const TileItem& item, int64_t j, int d) const {
        return cache.load(slot(item, j), valueColumn + item.keyHead * dim + d);
    }
};

template <int kKeys, typename Keys>
__global__ void __launch_bounds__(kTileThreads) attend(TileParams p, Keys keys) {
    TileAttention<kKeys, Keys>(p, keys, sharedMemory<float>()).run();
}

/// Appends the tiles of a sequence's queries; the latest, which see most keys, come first.
void addItems(std::vector<TileItem>& items, TileItem item, int64_t rows, int64_t keyHeads) {
    for (int64_t begin = (rows - 1) / kTileRows * kTileRows; begin >= 0; begin -= kTileRows) {
        item.rowBegin = int32_t(begin);
        item.rows = int32_t(std::min<int64_t>(kTileRows, rows - begin));
        for (int64_t head = 0; head < keyHeads; ++head) {
            item.keyHead = int32_t(head);
            items.push_back(item);
        }
    }
}

template <int kKeys, typename Keys>
void launch(DeviceMemory& memory, TileParams p, const Keys& keys,
            const std::vector<TileItem>& items) {
    if (items.empty())
        return;
    const int64_t bytes = p.sharedBytes<kKeys>();
    constexpr int64_t kMostShared = 227 << 10;
    if (bytes > kMostShared)
        throw core::Exception({core::ErrorCode::Unsupported,
                               "On the GPU a head has room for fewer than " +
                                   std::to_string(p.keyDim) + " elements; use the CPU",
                               "device"});
    const Uploaded<TileItem> uploaded(memory, items);
    p.items = uploaded.data();
    const dim3 grid(unsigned(items.size()),
                    unsigned((p.valueDim + kValueColumns - 1) / kValueColumns));
    launchKernel(memory, "attention", attend<kKeys, Keys>,
                 {.grid = grid, .threads = kTileThreads, .sharedBytes = bytes}, p, keys);
}

}  // namespace

void causalAttention(DeviceMemory& memory, const CausalAttentionParams& p) {
    const int keyDim = int(p.q.dim(1) / p.heads), valueDim = int(p.v.dim(1) / p.keyHeads());
    const int64_t group = p.heads / p.keyHeads();
    TileParams params{.q = static_cast<const float*>(dataOf(p.q)),
                      .out = static_cast<float*>(dataOf(p.out)),
                      .lse = dataOrNull<float>(p.lse),
                      .sinks = dataOrNull<const float>(p.sinks),
                      .qStride = p.q.rowStride(),
                      .outStride = p.out.rowStride(),
                      .lseStride = p.lse.defined() ? p.lse.rowStride() : 0,
                      .group = int(group),
                      .keyDim = keyDim,
                      .valueDim = valueDim,
                      .window = p.window,
                      .scale = p.scale};
    std::vector<TileItem> items;
    for (const AttentionSegment& s : p.segments)
        addItems(items,
                 {.firstQuery = s.q_begin, .firstKey = s.k_begin, .keysBefore = s.k_len - s.q_len},
                 s.q_len * group, p.keyHeads());
    launch<64>(memory, params,
               PlainKeys{Rows<const float>(p.k), Rows<const float>(p.v), keyDim, valueDim}, items);
}

void pagedAttention(DeviceMemory& memory, const PagedAttentionParams& p) {
    const int dim = int(p.q.dim(1) / p.heads);
    const int64_t group = p.heads / p.kv_heads;
    TileParams params{.q = static_cast<const float*>(dataOf(p.q)),
                      .out = static_cast<float*>(dataOf(p.out)),
                      .sinks = dataOrNull<const float>(p.sinks),
                      .qStride = p.q.rowStride(),
                      .outStride = p.out.rowStride(),
                      .group = int(group),
                      .keyDim = dim,
                      .valueDim = dim,
                      .window = p.window,
                      .scale = p.scale,
                      .addsToZero = true};
    std::vector<TileItem> items;
    for (const PagedSegment& s : p.segments)
        addItems(items,
                 {.firstQuery = s.q_begin, .firstKey = s.sequence, .keysBefore = s.k_len - s.q_len},
                 s.q_len * group, p.kv_heads);
    launch<128>(memory, params,
                PagedKeys{FloatRows(p.cache), Rows<const int32_t>(p.page_tables), p.page_tokens,
                          dim, p.kv_heads * dim},
                items);
}

}  // namespace hearth::engine::cuda
