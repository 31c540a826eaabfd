#include "storage/sqlite/statement.h"

#include <sqlite3.h>

#include "core/result.h"
#include "storage/sqlite/connection.h"
#include "storage/sqlite/sqlite_error.h"

namespace hearth::storage {

Statement::Statement(Connection& connection, std::unique_lock<std::recursive_mutex> lock,
                     std::string sql, sqlite3_stmt* handle)
    : m_lock(std::move(lock)), m_connection(&connection), m_sql(std::move(sql)), m_handle(handle) {}

Statement::Statement(Statement&& other) noexcept
    : m_lock(std::move(other.m_lock)),
      m_connection(other.m_connection),
      m_sql(std::move(other.m_sql)),
      m_handle(std::exchange(other.m_handle, nullptr)) {}

Statement::~Statement() {
    if (m_handle)
        m_connection->keepForReuse(std::move(m_sql), m_handle);
}

void Statement::check(int code) const {
    if (code != SQLITE_OK)
        throw core::Exception(sqliteError(m_connection->m_handle, m_connection->m_file.string()));
}

void Statement::bind(int index, std::nullptr_t) {
    check(sqlite3_bind_null(m_handle, index));
}
void Statement::bind(int index, std::int64_t value) {
    check(sqlite3_bind_int64(m_handle, index, value));
}
void Statement::bind(int index, double value) {
    check(sqlite3_bind_double(m_handle, index, value));
}
// A null pointer would bind NULL: an empty text is not that.
void Statement::bind(int index, std::string_view value) {
    check(sqlite3_bind_text64(m_handle, index, value.data() ? value.data() : "", value.size(),
                              SQLITE_TRANSIENT, SQLITE_UTF8));
}
void Statement::bind(int index, std::span<const std::byte> value) {
    check(value.empty()
              ? sqlite3_bind_zeroblob(m_handle, index, 0)
              : sqlite3_bind_blob64(m_handle, index, value.data(), value.size(), SQLITE_TRANSIENT));
}

bool Statement::step() {
    const int code = sqlite3_step(m_handle);
    if (code == SQLITE_ROW)
        return true;
    if (code != SQLITE_DONE)
        check(code);
    return false;
}

void Statement::run() {
    while (step()) {
    }
}

void Statement::reset() {
    sqlite3_reset(m_handle);  // repeats the error of the last step, which was thrown already
}

std::int64_t Statement::integer(int column) const {
    return sqlite3_column_int64(m_handle, column);
}
double Statement::number(int column) const {
    return sqlite3_column_double(m_handle, column);
}
bool Statement::isNull(int column) const {
    return sqlite3_column_type(m_handle, column) == SQLITE_NULL;
}

std::string Statement::text(int column) const {
    const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(m_handle, column));
    return data
               ? std::string(data, static_cast<std::size_t>(sqlite3_column_bytes(m_handle, column)))
               : std::string();
}

std::vector<std::byte> Statement::blob(int column) const {
    const auto* data = static_cast<const std::byte*>(sqlite3_column_blob(m_handle, column));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(m_handle, column));
    return data ? std::vector<std::byte>(data, data + size) : std::vector<std::byte>();
}

std::optional<std::int64_t> Statement::optionalInteger(int column) const {
    return isNull(column) ? std::nullopt : std::optional(integer(column));
}
std::optional<std::string> Statement::optionalText(int column) const {
    return isNull(column) ? std::nullopt : std::optional(text(column));
}

}  // namespace hearth::storage
