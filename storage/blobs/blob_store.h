// Everything that belongs to a tenant and is not a row: data sets, adapters, checkpoints.
#pragma once
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/crypto/sealed_file.h"
#include "core/crypto/secure_bytes.h"
#include "core/result.h"
#include "storage/blob_repository.h"
#include "storage/scope.h"

namespace hearth::storage {

class BlobWriter;

/// Where a blob lies and what opens it; for a worker, which reads it as a sealed file.
struct BlobLocation {
    std::filesystem::path path;
    core::SecureBytes key;
};

struct SweepReport {
    std::size_t removedFiles = 0;           // no row knew them: a crash came before the commit
    std::vector<std::string> missingBlobs;  // a row without its file: data was lost
};

/// Objects encrypted at rest, each with a data key of its own, wrapped by the node's master key.
/// A file is complete before its row exists and outlives its row: a crash leaves at most a file
/// that nobody refers to, which sweep() removes. Safe from any thread.
class BlobStore {
public:
    BlobStore(std::filesystem::path directory, Connection& database, core::SecureBytes masterKey,
              const core::Clock& clock = core::SystemClock::instance());

    /// The new blob's id. Errors: DiskFull leaves nothing.
    core::Result<std::string> put(const Owner& owner, std::span<const std::byte> content);
    core::Result<std::string> putFile(const Owner& owner, const std::filesystem::path& source);
    /// For content that arrives in pieces; nothing is stored until its commit().
    core::Result<BlobWriter> startWrite(const Owner& owner);

    core::Result<std::vector<std::byte>> read(const Scope& scope, const std::string& id,
                                              std::uint64_t maxBytes = std::uint64_t{4} << 30);
    core::Result<core::SealedReader> open(const Scope& scope, const std::string& id);
    core::Result<BlobLocation> locate(const Scope& scope, const std::string& id);

    /// Errors: NotFound; Conflict while a row refers to it. In a transaction of the caller's that
    /// is rolled back, the file is gone all the same: call it last.
    core::Status remove(const Scope& scope, const std::string& id);

    /// DataCorrupt when the rows were written under another master key, as after half a restore.
    core::Status checkMasterKey();
    /// Makes files and rows agree. REQUIRES: nothing is being written (call it at the start).
    core::Result<SweepReport> sweep();

private:
    friend class BlobWriter;
    std::filesystem::path pathOf(const std::string& id) const;

    std::filesystem::path m_directory;
    BlobRepository m_rows;
    core::SecureBytes m_masterKey;
    const core::Clock& m_clock;
};

/// One blob being written. One thread at a time; must not outlive its store.
class BlobWriter {
public:
    core::Status write(std::span<const std::byte> content);
    /// Makes it durable and adds its row; the id.
    core::Result<std::string> commit();

private:
    friend class BlobStore;
    BlobWriter(BlobStore& store, BlobRow row, core::SealedWriter writer);

    BlobStore* m_store;
    BlobRow m_row;
    core::SealedWriter m_writer;
};

}  // namespace hearth::storage
