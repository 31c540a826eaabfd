// The packed model file: a model's weights as kernels read them, memory-mapped, every byte under
// a hash. docs/formats.md describes the format; packed_file_writer.h writes it.
#pragma once
#include <atomic>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/crypto/sha256.h"
#include "core/result.h"
#include "engine/formats/mapped_file.h"
#include "engine/tensor.h"

namespace hearth::engine {

enum class PackedKind : uint8_t {
    Matrix,  // panels of engine/ops/packed_layout.h
    Vector,  // F32
    Table,   // row-major F32, BF16 or F16
};

/// How far the stored values are from the checkpoint's.
struct PackedError {
    double relative_rms = 0;  // rms of the difference / rms of the values
    double largest = 0;
};

struct PackedTensor {
    PackedKind kind = PackedKind::Matrix;
    std::string key;   // unique within its kind
    std::string role;  // what it does in the model, for reports
    DType dtype = DType::F32;
    std::vector<int64_t> shape;  // Matrix: [outputs, depth] or [groups, outputs, depth]
    uint64_t offset = 0;         // from the start of the data, a multiple of 64
    uint64_t bytes = 0;
    PackedError error = {};
};

/// A file that the weights came from.
struct PackedSourceFile {
    std::string name;
    uint64_t bytes = 0;
    std::string sha256;
};

/// What the file says of itself.
struct PackedHeader {
    std::string config;             // config.json's text
    std::string generation_config;  // generation_config.json's text; empty: there is none
    std::string recipe;             // how precisions were chosen: "bf16", "mixed", ...
    std::vector<PackedSourceFile> files;
    std::map<std::string, std::vector<int64_t>> weights;  // canonical tensors and their shapes
    std::vector<PackedTensor> tensors;                    // in the order of their offsets
};

/// Bytes that a tensor's kind, type and shape ask for.
uint64_t packedTensorBytes(const PackedTensor& tensor);

/// Threading: every method may be called from any thread.
class PackedFile {
public:
    /// Checks everything but the data. Errors: NotFound; Unsupported (a later version);
    /// DataCorrupt saying what of the file is wrong.
    static core::Result<std::shared_ptr<PackedFile>> open(const std::filesystem::path& file);

    const std::filesystem::path& path() const { return m_path; }
    const PackedHeader& header() const { return m_header; }
    uint64_t fileBytes() const { return m_mapping.bytes().size(); }
    /// Whether it is encrypted at rest, and so authenticated as it is read.
    bool sealed() const { return m_mapping.sealed(); }
    const FileIdentity& identity() const { return m_mapping.identity(); }
    /// Unix time from before the file was opened.
    int64_t openedNs() const { return m_openedNs; }
    /// SHA-256 of the first page, which vouches for every other byte of the file.
    core::Digest digest() const;
    /// Null when there is none.
    const PackedTensor* find(PackedKind kind, const std::string& key) const;

    /// A tensor's bytes in memory, which live as long as this object. Its chunks are hashed, and
    /// those of a sealed file decrypted, when they are first asked for, on several threads. Errors:
    /// DataCorrupt naming file, chunk and tensor. REQUIRES: tensor is one of header().tensors.
    core::Result<std::span<const std::byte>> bytes(const PackedTensor& tensor);

    /// Pieces of the data that have a hash of their own.
    size_t chunks() const { return m_checked.size(); }
    /// Hashes a chunk, also one that was hashed or trusted before. Errors: as bytes().
    core::Status checkChunk(size_t chunk) const;
    /// Hashes what was not hashed yet, on several threads. Errors: as bytes().
    core::Status checkAll();
    /// bytes() hashes nothing from now on: somebody vouches for the file. REQUIRES: !sealed().
    void trust();

private:
    PackedFile(std::filesystem::path path, MappedFile mapping, int64_t openedNs)
        : m_path(std::move(path)), m_mapping(std::move(mapping)), m_openedNs(openedNs) {}
    core::Status readLayout();
    core::Status readHeader(std::span<const std::byte> text);
    core::Error corrupt(const std::string& what) const;
    core::Error damaged(size_t chunk, const std::string& tensor) const;
    bool hashFits(size_t chunk) const;
    std::string tensorIn(size_t chunk) const;
    std::optional<size_t> firstDamaged(size_t begin, size_t end);

    std::filesystem::path m_path;
    MappedFile m_mapping;
    int64_t m_openedNs;
    PackedHeader m_header;
    std::map<std::pair<PackedKind, std::string>, size_t> m_index;
    std::span<const std::byte> m_data;
    std::span<const std::byte> m_hashes;  // 32 bytes a chunk
    size_t m_chunkBytes = 0;
    std::vector<std::atomic<bool>> m_checked;  // by chunk
};

}  // namespace hearth::engine
