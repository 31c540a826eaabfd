// A node's data directory: what lies where, and who may hold it. The page is docs/storage.md.
#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/config.h"
#include "core/result.h"
#include "storage/blobs/blob_store.h"
#include "storage/data_dir_lock.h"
#include "storage/sqlite/connection.h"

namespace hearth::storage {

/// The names inside a data directory.
struct DataPaths {
    explicit DataPaths(std::filesystem::path directory) : root(std::move(directory)) {}

    std::filesystem::path config() const { return root / "config.toml"; }
    std::filesystem::path controlDatabase() const { return root / "control.db"; }
    std::filesystem::path metricsDatabase() const { return root / "metrics.db"; }
    std::filesystem::path models() const { return root / "models"; }
    std::filesystem::path blobs() const { return root / "blobs"; }
    std::filesystem::path jobs() const { return root / "jobs"; }  // a folder for each running job
    std::filesystem::path imports() const { return root / "imports"; }  // a folder for each
    std::filesystem::path secrets() const { return root / "secrets"; }
    std::filesystem::path masterKey() const { return root / "secrets" / "master.key"; }
    std::filesystem::path tls() const { return root / "tls"; }
    std::filesystem::path logs() const { return root / "logs"; }
    std::filesystem::path temporary() const { return root / "tmp"; }
    std::filesystem::path ballast() const { return root / "ballast"; }

    std::filesystem::path root;
};

/// An open data directory: locked for this process, migrated, its blobs swept. Its parts may be
/// used from any thread.
class DataDirectory {
public:
    /// Makes a new one: folders (0700), config.toml, master key, TLS certificates for `tlsNames`,
    /// databases, ballast. Errors: AlreadyExists where there is a config.toml; what was made before
    /// another failure is completed by the next call.
    static core::Status create(const std::filesystem::path& root, const core::NodeConfig& config,
                               const std::vector<std::string>& tlsNames);

    /// Errors: NotFound (not a data directory), Conflict (another process holds it), those of the
    /// configuration, the master key and the databases.
    static core::Result<std::unique_ptr<DataDirectory>> open(const std::filesystem::path& root);

    const core::NodeConfig& config() const { return m_config; }
    const DataPaths& paths() const { return m_paths; }
    Connection& control() { return *m_control; }
    Connection& metrics() { return *m_metrics; }
    BlobStore& blobs() { return *m_blobs; }
    const SweepReport& sweepReport() const { return m_swept; }

    /// Frees the ballast, so that on a full disk a DELETE has room to be written. False when it
    /// was gone already.
    bool releaseBallast();
    /// Puts it back; DiskFull while there is no room.
    core::Status restoreBallast();

private:
    DataDirectory(DataPaths paths, DataDirLock lock, core::NodeConfig config);
    core::Status openParts();

    DataPaths m_paths;
    DataDirLock m_lock;
    core::NodeConfig m_config;
    std::unique_ptr<Connection> m_control;
    std::unique_ptr<Connection> m_metrics;
    std::unique_ptr<BlobStore> m_blobs;
    SweepReport m_swept;
};

}  // namespace hearth::storage
