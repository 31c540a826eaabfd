// A sealed file decrypted into memory, chunk by chunk as it is needed. The memory is anonymous,
// left out of core dumps and locked where the system allows it, so that nothing of the plaintext
// reaches a disk.
#pragma once
#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "core/crypto/sealed_file.h"
#include "core/result.h"
#include "engine/formats/private_memory.h"

namespace hearth::engine {

/// Threading: load() may be called from any thread; each chunk is decrypted once.
class SealedContent {
public:
    /// Takes room for the whole and decrypts the last chunk only, which proves key and length.
    /// Errors: those of core::SealedReader::open; ResourceExhausted.
    static core::Result<std::unique_ptr<SealedContent>> open(const std::filesystem::path& file,
                                                             const core::SecureBytes& key);
    SealedContent(const SealedContent&) = delete;
    SealedContent& operator=(const SealedContent&) = delete;

    /// All of it; what was not loaded is zeros.
    std::span<const std::byte> bytes() const { return m_bytes; }
    /// Decrypts what of these bytes is not there yet. Errors: DataCorrupt; the bytes of a chunk
    /// that fails stay zeros. REQUIRES: the range lies within bytes().
    core::Status load(std::uint64_t offset, std::uint64_t count);

private:
    enum class State : uint8_t { Absent, Loading, Present };

    SealedContent(core::SealedReader reader, PrivateMemory memory);
    core::Status loadChunk(size_t chunk);

    core::SealedReader m_reader;
    PrivateMemory m_memory;
    std::span<std::byte> m_bytes;  // of m_memory
    std::vector<std::atomic<State>> m_chunks;
};

}  // namespace hearth::engine
