#include "core/log.h"

#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <mutex>
#include <nlohmann/json.hpp>

#include "core/clock.h"
#include "core/file.h"
#include "core/json.h"
#include "core/strings.h"

namespace hearth::core {
namespace {

constexpr std::size_t kRotateBytes = 16u << 20;
constexpr std::size_t kRotatedFiles = 5;

struct Loggers {
    std::mutex mutex;  // guards the pointers, not the loggers, which are thread-safe
    std::shared_ptr<spdlog::logger> console;
    std::shared_ptr<spdlog::logger> file;
    LogLevel level = LogLevel::Info;
};

std::shared_ptr<spdlog::logger> makeConsole() {
    auto logger = std::make_shared<spdlog::logger>(
        "console", std::make_shared<spdlog::sinks::stderr_color_sink_mt>());
    logger->set_pattern("%Y-%m-%d %H:%M:%S.%e %^%-5l%$ %v");
    logger->set_level(spdlog::level::trace);
    return logger;
}

Loggers& loggers() {
    // Leaked on purpose: threads may log while static objects are being destroyed.
    static Loggers* const shared = [] {
        auto* made = new Loggers;
        made->console = makeConsole();
        return made;
    }();
    return *shared;
}

std::string valueText(const LogField& field) {
    if (const auto* text = std::get_if<std::string>(&field.value))
        return printable(*text, 2000);
    return std::visit([](const auto& value) { return dumpJson(value); }, field.value);
}

std::string consoleLine(std::string_view message, std::span<const LogField> fields) {
    std::string line = printable(message, 2000);
    for (const LogField& field : fields)
        line += " " + field.key + "=" + valueText(field);
    return line;
}

std::string jsonLine(LogLevel level, std::string_view message, std::span<const LogField> fields) {
    constexpr const char* kNames[] = {"debug", "info", "warn", "error"};
    const std::int64_t millis = SystemClock::instance().unixMillis();
    nlohmann::ordered_json line;
    line["time"] = formatUtc(millis / 1000);
    line["ms"] = millis;
    line["level"] = kNames[static_cast<int>(level)];
    line["message"] = message;
    for (const LogField& field : fields)
        std::visit([&](const auto& value) { line[field.key] = value; }, field.value);
    return line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

spdlog::level::level_enum spdlogLevel(LogLevel level) {
    constexpr spdlog::level::level_enum kLevels[] = {spdlog::level::debug, spdlog::level::info,
                                                     spdlog::level::warn, spdlog::level::err};
    return kLevels[static_cast<int>(level)];
}

void write(LogLevel level, std::string_view message, std::span<const LogField> fields) {
    std::shared_ptr<spdlog::logger> console, file;
    {
        Loggers& shared = loggers();
        const std::lock_guard lock(shared.mutex);
        if (level < shared.level)
            return;
        console = shared.console;
        file = shared.file;
    }
    if (console)
        console->log(spdlogLevel(level), "{}", consoleLine(message, fields));
    if (file)
        file->log(spdlogLevel(level), "{}", jsonLine(level, message, fields));
}

}  // namespace

Result<LogLevel> parseLogLevel(std::string_view name) {
    constexpr std::pair<std::string_view, LogLevel> kLevels[] = {{"debug", LogLevel::Debug},
                                                                 {"info", LogLevel::Info},
                                                                 {"warn", LogLevel::Warn},
                                                                 {"error", LogLevel::Error},
                                                                 {"off", LogLevel::Off}};
    for (const auto& [known, level] : kLevels) {
        if (known == name)
            return level;
    }
    return Error{ErrorCode::InvalidArgument, "a log level is one of debug, info, warn, error, off",
                 printable(name, 40)};
}

Status initLogging(const LogOptions& options) {
    std::shared_ptr<spdlog::logger> file;
    if (!options.file.empty()) {
        CORE_TRY(createDirectories(options.file.parent_path()));
        try {
            file = std::make_shared<spdlog::logger>(
                "file", std::make_shared<spdlog::sinks::rotating_file_sink_mt>(
                            options.file.string(), kRotateBytes, kRotatedFiles));
        } catch (const spdlog::spdlog_ex& error) {
            return Error{ErrorCode::Internal, "cannot open the log file",
                         options.file.string() + ": " + error.what()};
        }
        file->set_pattern("%v");
        file->set_level(spdlog::level::trace);
        file->flush_on(spdlog::level::info);
    }
    Loggers& shared = loggers();
    const std::lock_guard lock(shared.mutex);
    shared.level = options.level;
    shared.console = options.console ? makeConsole() : nullptr;
    shared.file = std::move(file);
    return {};
}

void flushLog() {
    Loggers& shared = loggers();
    const std::lock_guard lock(shared.mutex);
    if (shared.console)
        shared.console->flush();
    if (shared.file)
        shared.file->flush();
}

void logDebug(std::string_view message, LogFields fields) {
    write(LogLevel::Debug, message, fields);
}
void logInfo(std::string_view message, LogFields fields) {
    write(LogLevel::Info, message, fields);
}
void logWarn(std::string_view message, LogFields fields) {
    write(LogLevel::Warn, message, fields);
}
void logError(std::string_view message, LogFields fields) {
    write(LogLevel::Error, message, fields);
}
void logError(std::string_view message, const Error& error) {
    logError(message, {{"code", errorCodeName(error.code)},
                       {"error", error.message},
                       {"context", error.context}});
}

}  // namespace hearth::core
