// What the command line prints.
#pragma once
#include <chrono>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "core/result.h"

namespace hearth::app {

/// True when standard output is a terminal.
bool outputIsTerminal();

/// Left-aligned columns; a heading row and a row for each entry. "Nothing yet." when empty.
void printTable(const std::vector<std::string>& headings,
                const std::vector<std::vector<std::string>>& rows);
/// "label  value" lines.
void printFields(const std::vector<std::pair<std::string, std::string>>& fields);
void printJson(const nlohmann::json& value);
/// To standard error; as {"error": ...} on standard output when json.
void printError(const core::Error& error, bool json);

/// "1.5 GB", "312 KB": decimal units.
std::string formatBytes(int64_t bytes);
/// "2026-11-23 18:40", local time.
std::string formatTime(int64_t unixSeconds);
/// "1m 20s".
std::string formatSeconds(double seconds);

/// A line that is redrawn in place on a terminal, and written every few seconds elsewhere.
class ProgressLine {
public:
    ProgressLine() = default;
    ~ProgressLine() { finish(); }
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;

    /// fraction: 0 to 1.
    void update(double fraction, const std::string& text);
    /// Ends the line, so that other output may follow.
    void finish();

private:
    bool m_open = false;
    std::chrono::steady_clock::time_point m_lastLine{};
};

}  // namespace hearth::app
