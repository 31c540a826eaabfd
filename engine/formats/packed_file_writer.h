// Writes a packed model file piece by piece, and goes on where an interrupted import stopped.
#pragma once
#include <functional>
#include <optional>

#include "core/crypto/sealed_file.h"
#include "core/unique_fd.h"
#include "engine/formats/huge_blocks.h"
#include "engine/formats/packed_file_layout.h"

namespace hearth::engine {

/// Hashes a stream in chunks of 4 MB.
class ChunkHasher {
public:
    void update(std::span<const std::byte> bytes);
    /// The hash of every chunk, the last one shorter. Once, at the end.
    std::vector<core::Digest> finish();

private:
    core::Sha256 m_hash;
    uint64_t m_inChunk = 0;
    std::vector<core::Digest> m_done;
};

struct PackedWriterOptions {
    /// Writes a sealed file (core/crypto/sealed_file.h): nothing of the plaintext reaches the disk,
    /// not in a journal either, so that what was interrupted is begun anew. Outlives the writer.
    const core::SecureBytes* key = nullptr;
    /// Called before each operation on the disk; its error counts as the operation's. For tests
    /// of what is left behind.
    std::function<core::Status()> before_io = {};
};

/// The file is NAME.partial, with NAME.partial.journal beside it, until finish() gives it its
/// name: what an interrupted import leaves has no first page and is not opened by anything.
/// Tensors come in one fixed order. Memory: a few MB.
class PackedFileWriter {
public:
    /// head.tensors: those that will come, in order; offsets do not count. What an earlier import
    /// of the same head (source hashes, recipe, tensors) left is read, checked against its journal
    /// and kept as far as it is whole; anything else is begun anew. Errors: Conflict while another
    /// process writes it; those of the disk.
    static core::Result<std::unique_ptr<PackedFileWriter>> create(
        const std::filesystem::path& target, PackedHeader head, PackedWriterOptions options = {});

    /// Tensors that are complete; those that an earlier import wrote come first.
    const std::vector<PackedTensor>& tensors() const { return m_header.tensors; }

    /// Opens the next tensor; its offset, and bytes from its shape, are set here.
    core::Status begin(PackedTensor tensor);
    core::Status append(std::span<const std::byte> bytes);
    /// REQUIRES: all bytes of the tensor were appended.
    core::Status end(const PackedError& error);
    /// Writes header and hashes, makes the file durable and renames it. Errors leave what can be
    /// gone on with.
    core::Status finish();

private:
    PackedFileWriter(std::filesystem::path target, PackedHeader head, PackedWriterOptions options);
    core::Status open();
    core::Status put(std::span<const std::byte> bytes);
    core::Status startAnew(const std::string& identity);
    core::Status resume(const std::vector<std::string>& journal, const std::string& identity);
    core::Result<bool> sound(const PackedTensor& tensor, const std::string& sha256);
    core::Status write(std::span<const std::byte> bytes);
    core::Status pad(uint64_t offset);
    core::Status appendJournal(const std::string& line);
    core::Status replaceJournal(const std::string& identity);
    core::Status beforeIo() const;

    std::filesystem::path m_target;
    std::filesystem::path m_partial;
    std::filesystem::path m_journalPath;
    PackedWriterOptions m_options;
    PackedHeader m_header;
    std::optional<core::SealedWriter> m_sealed;  // in the place of the next two
    core::UniqueFd m_file;
    core::UniqueFd m_journal;
    std::vector<std::string> m_lines;  // of the finished tensors, as they stand in the journal
    ChunkHasher m_chunks;
    HugeBlocks m_blocks;
    uint64_t m_expected = 0;  // bytes of data that will come, gaps not counted
    uint64_t m_written = 0;   // bytes of data
    PackedTensor m_current;
    std::optional<core::Sha256> m_currentHash;
};

}  // namespace hearth::engine
