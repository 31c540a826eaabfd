// The header of a safetensors file: 8 bytes of little-endian length, then a JSON object
// {"name": {"dtype": "BF16", "shape": [..], "data_offsets": [begin, end]}, ...} and optionally
// "__metadata__", an object of strings. Offsets count from the end of the header.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/result.h"
#include "engine/formats/weight_source.h"

namespace hearth::engine {

inline constexpr uint64_t kSafetensorsLengthBytes = 8;
inline constexpr uint64_t kMaxSafetensorsHeader = 16 << 20;

/// Checks the whole header against the file (see openSafetensors) and returns its tensors in
/// the order of their data, bytes pointing into `file`. label: the file's name in errors.
/// Errors: DataCorrupt naming the file and the tensor; Unsupported for a dtype Hearth lacks.
core::Result<std::vector<StoredTensor>> readSafetensorsHeader(std::span<const std::byte> file,
                                                              const std::string& label);

/// A tensor of a file that is to be written.
struct TensorLayout {
    std::string name;
    DType dtype = DType::F32;
    std::vector<int64_t> shape;

    uint64_t bytes() const;
};
/// Length field and header for tensors that lie one after the other. Padded with blanks so that the
/// data is 8-aligned.
std::string writeSafetensorsHeader(const std::vector<TensorLayout>& tensors);

}  // namespace hearth::engine
