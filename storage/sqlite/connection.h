// One connection to one SQLite database: the only way in this program to that file (why only
// one: docs/storage.md). Threads take turns: a Statement or a Transaction owns the connection
// while it lives, and the same thread may nest them.
//
// SQLite failures are thrown as core::Exception: DiskFull, DataCorrupt, AlreadyExists (a unique
// value), Conflict (a reference), Unavailable (locked by another program), Internal.
#pragma once
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "core/result.h"
#include "storage/sqlite/statement.h"

struct sqlite3;

namespace hearth::storage {

enum class Durability {
    Full,    // an acknowledged commit survives a power loss
    Normal,  // the last commits may be lost then; the file stays sound
};

class Connection {
public:
    /// Opens or creates the file (mode 0600). Errors: PermissionDenied, DataCorrupt, DiskFull.
    static core::Result<std::unique_ptr<Connection>> open(const std::filesystem::path& file,
                                                          Durability durability);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// A statement ready to run. Parameters are ?1, ?2, ...; `values` are bound in order.
    template <typename... Values>
    Statement prepare(std::string_view sql, const Values&... values) {
        Statement statement = prepareOnly(sql);
        int index = 0;
        (statement.bind(++index, values), ...);
        return statement;
    }

    /// Runs a statement that gives no rows; the number of rows it changed.
    template <typename... Values>
    std::int64_t execute(std::string_view sql, const Values&... values) {
        Statement statement = prepare(sql, values...);
        statement.run();
        return changes();  // still ours: `statement` owns the connection
    }

    /// Several statements in one text, without parameters.
    void executeScript(const std::string& sql);

    const std::filesystem::path& file() const { return m_file; }

private:
    friend class Statement;
    friend class Transaction;

    Connection(std::filesystem::path file, sqlite3* handle);
    Statement prepareOnly(std::string_view sql);
    void keepForReuse(std::string sql, sqlite3_stmt* statement);
    std::int64_t changes() const;

    std::filesystem::path m_file;
    sqlite3* m_handle;
    std::recursive_mutex m_mutex;  // guards everything here and every statement
    int m_depth = 0;               // of nested transactions
    std::unordered_multimap<std::string, sqlite3_stmt*> m_idle;  // prepared before, free now
};

/// Rolls back unless committed. Nested ones are savepoints: the outermost commit is what counts.
class Transaction {
public:
    explicit Transaction(Connection& connection);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;

    void commit();

private:
    std::unique_lock<std::recursive_mutex> m_lock;
    Connection& m_connection;
    int m_depth;
    bool m_open = true;
};

}  // namespace hearth::storage
