// Rows of canonical tensors in the order and encoding of a GGUF file.
#pragma once
#include <vector>

#include "engine/formats/gguf.h"

namespace hearth::engine {

/// In which order a tensor's rows go into the file.
struct GgufRows {
    std::vector<const StoredTensor*> parts;  // one, or one for each expert
    std::vector<int32_t> order;              // row of the part for each row of the file; or empty
    /// The part is kv_b_proj; what goes out of each head's `head_rows` rows is [first, first +
    /// count), as they are or, when transposed, as columns.
    int64_t head_rows = 0;
    int64_t first = 0;
    int64_t count = 0;
    bool transposed = false;
    /// The first so many rows are multiplied by `scale`.
    int64_t scaled_rows = 0;
    float scale = 1.0f;
};

/// A producer for GgufTensorToWrite: rows of `columns` values as dtype or in the codec's blocks.
/// The tensors must outlive it. Errors while it runs: InvalidArgument naming a tensor with values
/// beyond F16.
std::function<core::Status(const ByteSink&)> ggufRowsProducer(GgufRows rows, DType dtype,
                                                              Codec codec);

}  // namespace hearth::engine
