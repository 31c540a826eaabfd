// How packed weights lie in memory, for backends and for the packed model file.
//
// A weight [outputs, depth] is cut into panels of kPanelOutputs outputs, the last one filled up
// with zeros. A panel holds, step of depth by step of depth, its outputs side by side:
//   F32, BF16, F16   [depth][32] elements
//   Q8               per 32 steps of depth: [32] F16 scales, then [8 quads][32 outputs][4 steps]
//                    bytes q + 128
//   Q4               per 32 steps of depth: [32] F16 scales, then [8 quads][16 outputs][4 steps]
//                    bytes; one holds q + 8 of an output in its low nibble and of the output that
//                    is 16 further on in its high one
// Codes lie unsigned, and four steps of an output side by side, as the processors' dot products of
// unsigned with signed bytes read them.
// The last block of 32 steps is filled up with zeros. value = scale * q, with -127 <= q <= 127 for
// Q8 and -8 <= q <= 7 for Q4, as one float multiplication. Groups (experts, heads) follow each
// other.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/tensor.h"

namespace hearth::engine {

inline constexpr int64_t kPanelOutputs = 32;
inline constexpr int64_t kQuantBlock = 32;  // steps of depth that share a scale

/// Bytes of one panel, and of a whole weight (all groups), of depth input features.
int64_t panelBytes(DType dtype, int64_t depth);
int64_t packedBytes(DType dtype, int64_t groups, int64_t outputs, int64_t depth);
/// Bytes behind a whole tensor, packed or row-major; packed ones with the filling of panels.
int64_t heldBytes(const Tensor& tensor);

}  // namespace hearth::engine
