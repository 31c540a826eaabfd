// Files encrypted at rest: AES-256-GCM in chunks of 1 MiB. The layout is in docs/formats.md.
#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/crypto/secure_bytes.h"
#include "core/result.h"

namespace hearth::core {

inline constexpr std::size_t kSealedKeyBytes = 32;

/// Replaces `path` in one step. REQUIRES: key.size() == kSealedKeyBytes.
Status writeSealed(const std::filesystem::path& path, const SecureBytes& key,
                   std::span<const std::byte> plaintext);

/// Errors: NotFound; PayloadTooLarge; DataCorrupt for a wrong key, any changed bit, a file that
/// was cut or whose chunks changed places.
Result<std::vector<std::byte>> readSealed(const std::filesystem::path& path, const SecureBytes& key,
                                          std::uint64_t maxBytes = std::uint64_t{4} << 30);

/// True when the file starts with the magic number of a sealed file.
bool isSealedFile(const std::filesystem::path& path);

/// Encrypts a stream. Nothing is at `path` until finish() succeeds; one thread at a time.
class SealedWriter {
public:
    static Result<SealedWriter> create(const std::filesystem::path& path, const SecureBytes& key);
    /// For formats whose beginning is known last: the first chunk stays in memory, and is
    /// encrypted once, when finish() has been given what replaces its beginning.
    static Result<SealedWriter> createWithLateStart(const std::filesystem::path& path,
                                                    const SecureBytes& key);
    SealedWriter(SealedWriter&&) noexcept;
    ~SealedWriter();

    Status write(std::span<const std::byte> plaintext);
    Status finish();
    /// Replaces the first bytes by `start`. REQUIRES: createWithLateStart(); start is not longer
    /// than what was written, nor than a chunk.
    Status finish(std::span<const std::byte> start);
    std::uint64_t plainBytes() const;

private:
    struct State;
    explicit SealedWriter(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

/// Decrypts a stream or any part of it; holds one chunk in memory. One thread at a time.
class SealedReader {
public:
    static Result<SealedReader> open(const std::filesystem::path& path, const SecureBytes& key);
    SealedReader(SealedReader&&) noexcept;
    ~SealedReader();

    std::uint64_t size() const;  // of the plaintext; authenticated by open()
    /// The next bytes, at most out.size(); 0 at the end.
    Result<std::size_t> read(std::span<std::byte> out);
    /// Exactly out.size() bytes at `offset`; InvalidArgument beyond the end.
    Status readAt(std::uint64_t offset, std::span<std::byte> out);

    std::size_t chunkBytes() const;  // of every chunk but the last
    /// Decrypts chunk `index`, without going through the chunk that this object holds. Any thread,
    /// several at once. After an error `out` holds nothing of use.
    /// REQUIRES: out.size() is the chunk's plain size.
    Status readChunk(std::uint64_t index, std::span<std::byte> out) const;

private:
    struct State;
    explicit SealedReader(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

}  // namespace hearth::core
