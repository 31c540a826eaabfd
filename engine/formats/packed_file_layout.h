// The parts of the packed model file that its reader and writer share.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "core/crypto/sha256.h"
#include "engine/formats/packed_file.h"

namespace hearth::engine {

inline constexpr std::string_view kPackedMagic = "HEARTHPM";
inline constexpr uint32_t kPackedVersion = 2;
inline constexpr uint32_t kPackedChunkBytes = 4 << 20;
inline constexpr uint64_t kPackedDataOffset = 4096;  // a page, so that data is aligned in memory
inline constexpr uint64_t kPackedAlignment = 64;
inline constexpr uint64_t kPackedHashBytes = 32;

constexpr uint64_t packedAligned(uint64_t offset) {
    return (offset + kPackedAlignment - 1) / kPackedAlignment * kPackedAlignment;
}

/// The first bytes of the file; the rest of its 4,096 is zero.
struct PackedPrologue {
    uint32_t version = kPackedVersion;
    uint32_t chunk_bytes = kPackedChunkBytes;
    uint64_t data_bytes = 0;
    uint64_t header_bytes = 0;
    core::Digest header_hash{};
    core::Digest table_hash{};
};

using PrologueBytes = std::array<std::byte, kPackedDataOffset>;
PrologueBytes writePrologue(const PackedPrologue& prologue);
/// Errors: DataCorrupt or Unsupported, without a context.
core::Result<PackedPrologue> readPrologue(std::span<const std::byte> file);

std::string writePackedHeader(const PackedHeader& header);
nlohmann::json packedTensorJson(const PackedTensor& tensor);

/// Errors: DataCorrupt, without a context. The tensors are in order, apart and within data_bytes.
core::Result<PackedHeader> parsePackedHeader(std::string_view text, uint64_t data_bytes);
core::Result<PackedTensor> parsePackedTensor(const nlohmann::json& json);

}  // namespace hearth::engine
