#include "storage/data_dir_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

#include "core/file.h"
#include "core/strings.h"

namespace hearth::storage {
namespace {

std::string holderOf(const std::filesystem::path& lockFile) {
    const auto pid = core::readTextFile(lockFile, 64);
    const std::string text = pid ? core::printable(core::trim(*pid), 20) : "";
    return text.empty() ? "another process" : "process " + text;
}

}  // namespace

core::Result<DataDirLock> DataDirLock::acquire(const std::filesystem::path& directory) {
    const auto lockFile = directory / "lock";
    CORE_ASSIGN(core::UniqueFd fd, core::openFile(lockFile, O_RDWR | O_CREAT | O_NOFOLLOW));
    if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK)
            return core::errnoError(errno, "lock", lockFile);
        return core::Error{core::ErrorCode::Conflict,
                           "the data directory is in use by " + holderOf(lockFile) +
                               "; stop it first or choose another directory",
                           directory.string()};
    }
    // The number is for the message above only; a disk too full to hold it is no reason to stop.
    const std::string pid = std::to_string(::getpid()) + "\n";
    if (::ftruncate(fd.get(), 0) == 0)
        (void)core::writeAll(fd.get(), core::asBytes(pid), lockFile);
    return DataDirLock(std::move(fd));
}

}  // namespace hearth::storage
