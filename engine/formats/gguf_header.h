// What stands before the data of a GGUF file, and the types that its tensors may have.
#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/formats/gguf.h"

namespace hearth::engine {

inline constexpr std::string_view kGgufMagic = "GGUF";
inline constexpr uint32_t kGgufVersion = 3;
inline constexpr uint64_t kGgufAlignment = 32;  // unless general.alignment says otherwise

/// A type of tensors, by its number in the file.
struct GgufTensorType {
    uint32_t id;
    const char* name;
    DType dtype;
    Codec codec;
    int64_t elements;  // of a block
    int64_t bytes;
};

const GgufTensorType* findGgufTensorType(uint32_t id);
/// Null for what has no GGUF type.
const GgufTensorType* findGgufTensorType(DType dtype, Codec codec);

struct GgufHeader {
    GgufMetadata metadata;
    std::vector<StoredTensor> tensors;  // in the file's order; bytes point into the file
};

/// Checks everything that openGguf promises. Errors: as openGguf.
core::Result<GgufHeader> readGgufHeader(std::span<const std::byte> file, const std::string& label);

}  // namespace hearth::engine
