#include "storage/blobs/blob_store.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <unordered_set>

#include "core/crypto/key_wrap.h"
#include "core/crypto/random.h"
#include "core/file.h"
#include "core/log.h"
#include "core/strings.h"

namespace hearth::storage {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kCopyBytes = 256 * 1024;

// "ab/cdef..." beneath the store gives "abcdef..."; empty for anything else.
std::string idOf(const fs::path& file) {
    const std::string id = file.parent_path().filename().string() + file.filename().string();
    return core::isHexDigest(id) ? id : "";
}

}  // namespace

BlobStore::BlobStore(fs::path directory, Connection& database, core::SecureBytes masterKey,
                     const core::Clock& clock)
    : m_directory(std::move(directory)),
      m_rows(database),
      m_masterKey(std::move(masterKey)),
      m_clock(clock) {}

fs::path BlobStore::pathOf(const std::string& id) const {
    CORE_ASSERT(core::isHexDigest(id));
    return m_directory / id.substr(0, 2) / id.substr(2);
}

core::Result<BlobWriter> BlobStore::startWrite(const Owner& owner) {
    BlobRow row;
    row.id = core::randomHex(32);
    row.owner = owner;
    row.createdAt = m_clock.unixSeconds();
    const core::SecureBytes key = core::randomKey(core::kDataKeyBytes);
    row.wrappedKey = core::wrapKey(m_masterKey, key, row.id);
    const fs::path path = pathOf(row.id);
    CORE_TRY(core::createDirectories(path.parent_path()));
    CORE_ASSIGN(core::SealedWriter writer, core::SealedWriter::create(path, key));
    return BlobWriter(*this, std::move(row), std::move(writer));
}

core::Result<std::string> BlobStore::put(const Owner& owner, std::span<const std::byte> content) {
    CORE_ASSIGN(BlobWriter writer, startWrite(owner));
    CORE_TRY(writer.write(content));
    return writer.commit();
}

core::Result<std::string> BlobStore::putFile(const Owner& owner, const fs::path& source) {
    CORE_ASSIGN(const core::UniqueFd fd, core::openFile(source, O_RDONLY));
    CORE_ASSIGN(BlobWriter writer, startWrite(owner));
    std::vector<std::byte> buffer(kCopyBytes);
    for (;;) {
        const ssize_t got = ::read(fd.get(), buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return core::errnoError(errno, "read", source);
        if (got == 0)
            return writer.commit();
        CORE_TRY(writer.write(std::span(buffer).first(static_cast<std::size_t>(got))));
    }
}

core::Result<BlobLocation> BlobStore::locate(const Scope& scope, const std::string& id) {
    CORE_ASSIGN(const BlobRow row, m_rows.find(scope, id));
    CORE_ASSIGN(core::SecureBytes key, core::unwrapKey(m_masterKey, row.wrappedKey, row.id));
    return BlobLocation{pathOf(row.id), std::move(key)};
}

core::Result<core::SealedReader> BlobStore::open(const Scope& scope, const std::string& id) {
    CORE_ASSIGN(const BlobLocation location, locate(scope, id));
    return core::SealedReader::open(location.path, location.key);
}

core::Result<std::vector<std::byte>> BlobStore::read(const Scope& scope, const std::string& id,
                                                     std::uint64_t maxBytes) {
    CORE_ASSIGN(const BlobLocation location, locate(scope, id));
    return core::readSealed(location.path, location.key, maxBytes);
}

core::Status BlobStore::remove(const Scope& scope, const std::string& id) {
    CORE_TRY(m_rows.remove(scope, id));
    const fs::path path = pathOf(id);
    if (::unlink(path.c_str()) != 0 && errno != ENOENT)
        core::logError("cannot remove a stored object's file",
                       core::errnoError(errno, "remove", path));
    return {};
}

core::Status BlobStore::checkMasterKey() {
    const auto row = m_rows.any();
    if (row && !core::unwrapKey(m_masterKey, row->wrappedKey, row->id))
        return core::Error{core::ErrorCode::DataCorrupt,
                           "the master key is not the one this node's data was encrypted with",
                           m_directory.string()};
    return {};
}

core::Result<SweepReport> BlobStore::sweep() {
    const auto ids = m_rows.allIds();
    std::unordered_set<std::string> missing(ids.begin(), ids.end());
    SweepReport report;
    std::error_code failed;
    fs::recursive_directory_iterator entry(m_directory, failed), end;
    std::vector<fs::path> orphans;
    for (; !failed && entry != end; entry.increment(failed)) {
        if (entry->is_regular_file() && missing.erase(idOf(entry->path())) == 0)
            orphans.push_back(entry->path());
    }
    if (failed)
        return core::errnoError(failed.value(), "read", m_directory);
    for (const fs::path& orphan : orphans)
        report.removedFiles += fs::remove(orphan, failed) ? 1 : 0;
    report.missingBlobs.assign(missing.begin(), missing.end());
    std::sort(report.missingBlobs.begin(), report.missingBlobs.end());
    return report;
}

BlobWriter::BlobWriter(BlobStore& store, BlobRow row, core::SealedWriter writer)
    : m_store(&store), m_row(std::move(row)), m_writer(std::move(writer)) {}

core::Status BlobWriter::write(std::span<const std::byte> content) {
    return m_writer.write(content);
}

core::Result<std::string> BlobWriter::commit() {
    CORE_TRY(m_writer.finish());
    m_row.plainBytes = static_cast<std::int64_t>(m_writer.plainBytes());
    const fs::path path = m_store->pathOf(m_row.id);
    try {
        if (const core::Status added = m_store->m_rows.create(m_row); !added) {
            ::unlink(path.c_str());
            return added.error();
        }
    } catch (const core::Exception& failed) {
        ::unlink(path.c_str());
        return failed.error();
    }
    return m_row.id;
}

}  // namespace hearth::storage
