// Structured log: one message plus named fields. Never a secret, never what a user wrote.
#pragma once
#include <concepts>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

#include "core/result.h"

namespace hearth::core {

enum class LogLevel { Debug, Info, Warn, Error, Off };

Result<LogLevel> parseLogLevel(std::string_view name);

struct LogField {
    LogField(std::string_view k, std::string_view v) : key(k), value(std::string(v)) {}
    LogField(std::string_view k, const std::string& v) : key(k), value(v) {}
    LogField(std::string_view k, const char* v) : key(k), value(std::string(v)) {}
    LogField(std::string_view k, bool v) : key(k), value(v) {}
    template <std::integral T>
    LogField(std::string_view k, T v) : key(k), value(static_cast<std::int64_t>(v)) {}
    LogField(std::string_view k, double v) : key(k), value(v) {}

    std::string key;
    std::variant<std::string, std::int64_t, double, bool> value;
};

using LogFields = std::initializer_list<LogField>;

struct LogOptions {
    LogLevel level = LogLevel::Info;
    bool console = true;         // readable lines on stderr
    std::filesystem::path file;  // JSON lines, rotated at 16 MiB, five kept; empty: none
};

/// Call once, before other threads log. Until then: Info and above, to stderr.
Status initLogging(const LogOptions& options);
void flushLog();

/// logInfo("listening", {{"address", address}, {"port", port}});
void logDebug(std::string_view message, LogFields fields = {});
void logInfo(std::string_view message, LogFields fields = {});
void logWarn(std::string_view message, LogFields fields = {});
void logError(std::string_view message, LogFields fields = {});
/// Adds code, message and context of `error` as fields.
void logError(std::string_view message, const Error& error);

}  // namespace hearth::core
