#include "storage/sqlite/connection.h"

#include <fcntl.h>
#include <sqlite3.h>

#include "core/file.h"
#include "core/log.h"
#include "storage/sqlite/sqlite_error.h"

namespace hearth::storage {
namespace {

// busy_timeout is for a human's sqlite3 shell; our own programs are kept out by the directory lock.
constexpr const char* kPragmas =
    "PRAGMA journal_mode=WAL;"
    "PRAGMA foreign_keys=ON;"
    "PRAGMA busy_timeout=5000;"
    "PRAGMA trusted_schema=OFF;"
    "PRAGMA cell_size_check=ON;"
    "PRAGMA secure_delete=ON;"  // what a tenant deletes is gone from the file
    "PRAGMA temp_store=MEMORY;"
    "PRAGMA journal_size_limit=67108864;";

// SQLite would make it readable for others; its -wal and -shm files follow this one's mode. A file
// that exists is not touched: closing any descriptor of an open database drops SQLite's locks.
core::Status createPrivately(const std::filesystem::path& file) {
    const auto made = core::openFile(file, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
    if (made.ok() || made.error().code == core::ErrorCode::AlreadyExists)
        return {};
    return made.error();
}

}  // namespace

core::Result<std::unique_ptr<Connection>> Connection::open(const std::filesystem::path& file,
                                                           Durability durability) {
    CORE_TRY(createPrivately(file));
    sqlite3* handle = nullptr;
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW;
    const int code = sqlite3_open_v2(file.c_str(), &handle, flags, nullptr);
    if (!handle)
        return core::Error{core::ErrorCode::ResourceExhausted, "out of memory", file.string()};
    std::unique_ptr<Connection> connection(new Connection(file, handle));
    if (code != SQLITE_OK)
        return sqliteError(handle, file.string());
    sqlite3_extended_result_codes(handle, 1);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    try {
        connection->executeScript(kPragmas);
        connection->executeScript(durability == Durability::Full ? "PRAGMA synchronous=FULL"
                                                                 : "PRAGMA synchronous=NORMAL");
    } catch (const core::Exception& failed) {
        return failed.error();
    }
    return connection;
}

Connection::Connection(std::filesystem::path file, sqlite3* handle)
    : m_file(std::move(file)), m_handle(handle) {}

Connection::~Connection() {
    for (const auto& [sql, statement] : m_idle)
        sqlite3_finalize(statement);
    sqlite3_close_v2(m_handle);
}

void Connection::executeScript(const std::string& sql) {
    const std::lock_guard lock(m_mutex);
    if (sqlite3_exec(m_handle, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
        throw core::Exception(sqliteError(m_handle, m_file.string()));
}

Statement Connection::prepareOnly(std::string_view sql) {
    std::unique_lock lock(m_mutex);
    std::string key(sql);
    if (auto reused = m_idle.extract(key))
        return {*this, std::move(lock), std::move(key), reused.mapped()};
    sqlite3_stmt* handle = nullptr;
    if (sqlite3_prepare_v3(m_handle, key.c_str(), static_cast<int>(key.size()),
                           SQLITE_PREPARE_PERSISTENT, &handle, nullptr) != SQLITE_OK)
        throw core::Exception(sqliteError(m_handle, m_file.string()));
    return {*this, std::move(lock), std::move(key), handle};
}

void Connection::keepForReuse(std::string sql, sqlite3_stmt* statement) {
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    m_idle.emplace(std::move(sql), statement);
}

std::int64_t Connection::changes() const {
    return sqlite3_changes64(m_handle);
}

Transaction::Transaction(Connection& connection)
    : m_lock(connection.m_mutex), m_connection(connection), m_depth(connection.m_depth) {
    // IMMEDIATE takes the write lock now, instead of failing half-way.
    m_connection.executeScript(m_depth == 0 ? "BEGIN IMMEDIATE"
                                            : "SAVEPOINT s" + std::to_string(m_depth));
    ++m_connection.m_depth;
}

void Transaction::commit() {
    CORE_ASSERT(m_open && m_connection.m_depth == m_depth + 1);
    m_connection.executeScript(m_depth == 0 ? "COMMIT" : "RELEASE s" + std::to_string(m_depth));
    m_open = false;  // only now: a COMMIT that failed is rolled back by the destructor
    --m_connection.m_depth;
}

Transaction::~Transaction() {
    if (!m_open)
        return;
    --m_connection.m_depth;
    // After some failures (a full disk) SQLite has rolled back already.
    if (sqlite3_get_autocommit(m_connection.m_handle))
        return;
    const std::string name = "s" + std::to_string(m_depth);
    const std::string undo =
        m_depth == 0 ? "ROLLBACK" : "ROLLBACK TO " + name + "; RELEASE " + name;
    if (sqlite3_exec(m_connection.m_handle, undo.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
        core::logError("cannot roll back",
                       sqliteError(m_connection.m_handle, m_connection.m_file.string()));
}

}  // namespace hearth::storage
