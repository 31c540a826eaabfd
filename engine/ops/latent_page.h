// How the int8 cache of MLA lies in memory.
//
// The cache is a U8 tensor [pages * kLatentPageTokens, latent part | rope part]. A part of n
// values is n + kLatentScaleBytes columns wide and has a scale of its own for each token: the rope
// key is not normalised as the latent is. The rows of a page share its memory, part by part:
//   [n / 4][kLatentPageTokens][4] int8 codes, then [kLatentPageTokens] F32 scales
// so that four values of 16 tokens fill a vector. value = scale * code, scale = the part's largest
// magnitude / 127. Only cacheWrite, cacheGather (a part at a time, as a view of its columns) and
// mlaDecode (all) take such a cache.
#pragma once
#include <cstdint>

namespace hearth::engine {

inline constexpr int64_t kLatentPageTokens = 32;
inline constexpr int64_t kLatentScaleBytes = 4;

/// Columns of a part of so many values, a multiple of 4.
constexpr int64_t latentPartWidth(int64_t values) {
    return values + kLatentScaleBytes;
}
/// Of both parts.
constexpr int64_t latentRowWidth(int64_t rank, int64_t ropeDim) {
    return latentPartWidth(rank) + latentPartWidth(ropeDim);
}
/// Kernels take the latent by eights and the rope key by fours.
constexpr bool fitsLatentPage(int64_t rank, int64_t ropeDim) {
    return rank % 8 == 0 && ropeDim % 4 == 0;
}

}  // namespace hearth::engine
