#include "tests/support/fault_vfs.h"

#include <sqlite3.h>

#include <climits>
#include <cstring>

namespace hearth::test {
namespace {

struct Budget {
    int left = INT_MAX;
    bool failed = false;

    bool spend() {
        if (left > 0) {
            --left;
            return true;
        }
        failed = true;
        return false;
    }
};

// SQLite's callbacks have no place for our state; the databases of a test live on one thread.
Budget g_budget;
sqlite3_vfs* g_real = nullptr;

// The real file follows in the same allocation.
struct File {
    sqlite3_file base;
    sqlite3_file* real;
};

sqlite3_file* real(sqlite3_file* file) {
    return reinterpret_cast<File*>(file)->real;
}

int closeFile(sqlite3_file* file) {
    return real(file)->pMethods ? real(file)->pMethods->xClose(real(file)) : SQLITE_OK;
}
int readFile(sqlite3_file* file, void* out, int size, sqlite3_int64 at) {
    return real(file)->pMethods->xRead(real(file), out, size, at);
}
int writeFile(sqlite3_file* file, const void* data, int size, sqlite3_int64 at) {
    if (!g_budget.spend())
        return SQLITE_FULL;
    return real(file)->pMethods->xWrite(real(file), data, size, at);
}
int truncateFile(sqlite3_file* file, sqlite3_int64 size) {
    if (!g_budget.spend())
        return SQLITE_FULL;
    return real(file)->pMethods->xTruncate(real(file), size);
}
// Counted, not done: no test cuts the power, and hundreds of flushes take a minute.
int syncFile(sqlite3_file*, int) {
    return g_budget.spend() ? SQLITE_OK : SQLITE_FULL;
}
int fileSize(sqlite3_file* file, sqlite3_int64* size) {
    return real(file)->pMethods->xFileSize(real(file), size);
}
int lockFile(sqlite3_file* file, int level) {
    return real(file)->pMethods->xLock(real(file), level);
}
int unlockFile(sqlite3_file* file, int level) {
    return real(file)->pMethods->xUnlock(real(file), level);
}
int checkReserved(sqlite3_file* file, int* held) {
    return real(file)->pMethods->xCheckReservedLock(real(file), held);
}
int fileControl(sqlite3_file* file, int operation, void* argument) {
    return real(file)->pMethods->xFileControl(real(file), operation, argument);
}
int sectorSize(sqlite3_file* file) {
    return real(file)->pMethods->xSectorSize(real(file));
}
int characteristics(sqlite3_file* file) {
    return real(file)->pMethods->xDeviceCharacteristics(real(file));
}
int shmMap(sqlite3_file* file, int page, int size, int extend, void volatile** out) {
    return real(file)->pMethods->xShmMap(real(file), page, size, extend, out);
}
int shmLock(sqlite3_file* file, int offset, int count, int flags) {
    return real(file)->pMethods->xShmLock(real(file), offset, count, flags);
}
void shmBarrier(sqlite3_file* file) {
    real(file)->pMethods->xShmBarrier(real(file));
}
int shmUnmap(sqlite3_file* file, int remove) {
    return real(file)->pMethods->xShmUnmap(real(file), remove);
}

const sqlite3_io_methods kMethods = {
    2,        closeFile,  readFile,      writeFile,   truncateFile, syncFile,        fileSize,
    lockFile, unlockFile, checkReserved, fileControl, sectorSize,   characteristics, shmMap,
    shmLock,  shmBarrier, shmUnmap,      nullptr,     nullptr};

int openFile(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* outFlags) {
    auto* ours = reinterpret_cast<File*>(file);
    ours->real = reinterpret_cast<sqlite3_file*>(ours + 1);
    std::memset(ours->real, 0, static_cast<std::size_t>(g_real->szOsFile));
    const int code = g_real->xOpen(g_real, name, ours->real, flags, outFlags);
    ours->base.pMethods = code == SQLITE_OK ? &kMethods : nullptr;
    return code;
}

}  // namespace

struct FaultVfs::Layer {
    sqlite3_vfs vfs;
};

FaultVfs::FaultVfs() : m_layer(std::make_unique<Layer>()) {
    g_real = sqlite3_vfs_find(nullptr);
    g_budget = {};
    m_layer->vfs = *g_real;
    m_layer->vfs.zName = "hearth-fault";
    m_layer->vfs.szOsFile = g_real->szOsFile + static_cast<int>(sizeof(File));
    m_layer->vfs.xOpen = openFile;
    sqlite3_vfs_register(&m_layer->vfs, 1);
}

FaultVfs::~FaultVfs() {
    sqlite3_vfs_unregister(&m_layer->vfs);
    sqlite3_vfs_register(g_real, 1);
}

void FaultVfs::failAfter(int operations) {
    g_budget = {operations, false};
}

void FaultVfs::heal() {
    g_budget.left = INT_MAX;
}

bool FaultVfs::hasFailed() const {
    return g_budget.failed;
}

}  // namespace hearth::test
