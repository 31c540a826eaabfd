#pragma once
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct sqlite3_stmt;

namespace hearth::storage {

class Connection;

/// A running statement. Owns its connection until it is destroyed, so keep it short-lived and
/// call nothing slow meanwhile. Parameters count from 1, columns from 0.
class Statement {
public:
    Statement(Statement&& other) noexcept;
    Statement& operator=(Statement&&) = delete;
    ~Statement();

    void bind(int index, std::nullptr_t);
    void bind(int index, std::int64_t value);
    void bind(int index, double value);
    void bind(int index, std::string_view value);
    void bind(int index, std::span<const std::byte> value);
    void bind(int index, const std::vector<std::byte>& value) { bind(index, std::span(value)); }
    void bind(int index, const std::string& value) { bind(index, std::string_view(value)); }
    void bind(int index, const char* value) { bind(index, std::string_view(value)); }
    void bind(int index, bool value) { bind(index, std::int64_t{value}); }
    template <std::integral T>
    void bind(int index, T value) {
        bind(index, static_cast<std::int64_t>(value));
    }
    template <typename T>
    void bind(int index, const std::optional<T>& value) {
        if (value)
            bind(index, *value);
        else
            bind(index, nullptr);
    }

    /// True when there is a row to read.
    bool step();
    /// Runs to the end.
    void run();
    /// Ready to bind and run once more.
    void reset();

    std::int64_t integer(int column) const;
    double number(int column) const;
    bool boolean(int column) const { return integer(column) != 0; }
    std::string text(int column) const;
    std::vector<std::byte> blob(int column) const;
    bool isNull(int column) const;
    std::optional<std::int64_t> optionalInteger(int column) const;
    std::optional<std::string> optionalText(int column) const;

private:
    friend class Connection;
    Statement(Connection& connection, std::unique_lock<std::recursive_mutex> lock, std::string sql,
              sqlite3_stmt* handle);
    void check(int code) const;

    std::unique_lock<std::recursive_mutex> m_lock;
    Connection* m_connection;
    std::string m_sql;
    sqlite3_stmt* m_handle;  // null when moved from
};

}  // namespace hearth::storage
