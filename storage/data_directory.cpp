#include "storage/data_directory.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "core/crypto/key_wrap.h"
#include "core/crypto/tls_certificate.h"
#include "core/file.h"
#include "core/log.h"
#include "storage/migrations/migrations.h"

namespace hearth::storage {
namespace fs = std::filesystem;
namespace {

constexpr off_t kBallastBytes = off_t{16} << 20;

// Real blocks: a sparse file would give nothing back.
core::Status makeBallast(const fs::path& path) {
    if (fs::exists(path))
        return {};
    CORE_ASSIGN(const core::UniqueFd fd,
                core::openFile(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW));
    if (const int failed = ::posix_fallocate(fd.get(), 0, kBallastBytes); failed != 0) {
        ::unlink(path.c_str());
        return core::errnoError(failed, "write", path);
    }
    return {};
}

core::Status makeFolders(const DataPaths& paths) {
    for (const fs::path& folder : {paths.root, paths.models(), paths.blobs(), paths.jobs(),
                                   paths.secrets(), paths.tls(), paths.logs(), paths.temporary()})
        CORE_TRY(core::createDirectories(folder));
    if (::chmod(paths.root.c_str(), 0700) != 0)  // it may have been there, and wider
        return core::errnoError(errno, "protect", paths.root);
    return {};
}

core::Result<std::unique_ptr<Connection>> openDatabase(const fs::path& file, Durability durability,
                                                       std::span<const Migration> migrations) {
    CORE_ASSIGN(auto database, Connection::open(file, durability));
    try {
        CORE_TRY(migrate(*database, migrations));
    } catch (const core::Exception& failed) {
        return failed.error();
    }
    return database;
}

// What a stopped node left half-done; nothing of it is referred to.
void emptyFolder(const fs::path& folder) {
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folder, ignored))
        fs::remove_all(entry.path(), ignored);
}

}  // namespace

core::Status DataDirectory::create(const fs::path& root, const core::NodeConfig& config,
                                   const std::vector<std::string>& tlsNames) {
    const DataPaths paths(fs::absolute(root));
    if (fs::exists(paths.config()))
        return core::Error{core::ErrorCode::AlreadyExists, "there is a node in this folder already",
                           paths.root.string()};
    CORE_TRY(makeFolders(paths));
    CORE_ASSIGN(const DataDirLock lock, DataDirLock::acquire(paths.root));
    if (!fs::exists(paths.masterKey()))
        CORE_TRY(core::createMasterKey(paths.masterKey()));
    CORE_TRY(core::createTlsCertificates(paths.tls(), tlsNames));
    CORE_TRY(openDatabase(paths.controlDatabase(), Durability::Full, controlMigrations()));
    CORE_TRY(openDatabase(paths.metricsDatabase(), Durability::Normal, metricsMigrations()));
    CORE_TRY(makeBallast(paths.ballast()));
    // Last: its presence says that everything else is there.
    return core::writeFileAtomic(paths.config(), core::formatConfig(config), 0600);
}

core::Result<std::unique_ptr<DataDirectory>> DataDirectory::open(const fs::path& root) {
    const DataPaths paths(fs::absolute(root));
    if (!fs::exists(paths.config()))
        return core::Error{core::ErrorCode::NotFound,
                           "this is not a node's data directory; make one with: hearth node init",
                           paths.root.string()};
    CORE_ASSIGN(DataDirLock lock, DataDirLock::acquire(paths.root));
    CORE_ASSIGN(core::NodeConfig config, core::loadConfig(paths.config()));
    std::unique_ptr<DataDirectory> opened(
        new DataDirectory(paths, std::move(lock), std::move(config)));
    CORE_TRY(opened->openParts());
    return opened;
}

DataDirectory::DataDirectory(DataPaths paths, DataDirLock lock, core::NodeConfig config)
    : m_paths(std::move(paths)), m_lock(std::move(lock)), m_config(std::move(config)) {}

core::Status DataDirectory::openParts() {
    CORE_TRY(makeFolders(m_paths));
    CORE_ASSIGN(core::SecureBytes masterKey, core::loadMasterKey(m_paths.masterKey()));
    CORE_ASSIGN(m_control,
                openDatabase(m_paths.controlDatabase(), Durability::Full, controlMigrations()));
    CORE_ASSIGN(m_metrics,
                openDatabase(m_paths.metricsDatabase(), Durability::Normal, metricsMigrations()));
    m_blobs = std::make_unique<BlobStore>(m_paths.blobs(), *m_control, std::move(masterKey));
    CORE_TRY(m_blobs->checkMasterKey());
    CORE_ASSIGN(m_swept, m_blobs->sweep());
    for (const std::string& id : m_swept.missingBlobs)
        core::logError("a stored object's file is missing", {{"blob", id}});
    emptyFolder(m_paths.temporary());
    if (const auto restored = restoreBallast(); !restored)
        core::logWarn("no room for the ballast file", {{"error", restored.error().text()}});
    return {};
}

bool DataDirectory::releaseBallast() {
    return ::unlink(m_paths.ballast().c_str()) == 0;
}

core::Status DataDirectory::restoreBallast() {
    return makeBallast(m_paths.ballast());
}

}  // namespace hearth::storage
