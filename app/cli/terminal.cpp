#include "app/cli/terminal.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <ctime>
#include <iomanip>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "core/api/api_error.h"

namespace hearth::app {
namespace {

constexpr int kBarWidth = 28;
constexpr std::chrono::seconds kLineInterval{5};

std::string padded(const std::string& text, size_t width) {
    return text.size() >= width ? text : text + std::string(width - text.size(), ' ');
}

std::string trimmedRight(std::string text) {
    text.erase(text.find_last_not_of(' ') + 1);
    return text;
}

}  // namespace

bool outputIsTerminal() {
    return isatty(STDOUT_FILENO) == 1;
}

void printTable(const std::vector<std::string>& headings,
                const std::vector<std::vector<std::string>>& rows) {
    if (rows.empty()) {
        std::cout << "Nothing yet.\n";
        return;
    }
    std::vector<size_t> widths;
    for (size_t column = 0; column < headings.size(); ++column) {
        size_t width = headings[column].size();
        for (const auto& row : rows)
            width = std::max(width, row[column].size());
        widths.push_back(width + 2);
    }
    const auto print = [&](const std::vector<std::string>& row) {
        std::string line;
        for (size_t column = 0; column < row.size(); ++column)
            line += padded(row[column], widths[column]);
        std::cout << trimmedRight(line) << '\n';
    };
    print(headings);
    std::for_each(rows.begin(), rows.end(), print);
}

void printFields(const std::vector<std::pair<std::string, std::string>>& fields) {
    size_t width = 0;
    for (const auto& [label, value] : fields)
        width = std::max(width, label.size());
    for (const auto& [label, value] : fields)
        std::cout << padded(label, width + 2) << value << '\n';
}

void printJson(const nlohmann::json& value) {
    std::cout << value.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
}

void printError(const core::Error& error, bool json) {
    if (json) {
        const core::ApiError shape{error.message, "error", error.context,
                                   core::errorCodeName(error.code)};
        std::cout << shape.toJson() << '\n';
    } else {
        std::cerr << "hearth: " << error.text() << '\n';
    }
}

std::string formatBytes(int64_t bytes) {
    constexpr std::array kUnits = {"B", "KB", "MB", "GB", "TB"};
    double value = double(bytes);
    size_t unit = 0;
    while (value >= 1000 && unit + 1 < kUnits.size()) {
        value /= 1000;
        ++unit;
    }
    std::ostringstream text;
    text << std::fixed << std::setprecision(unit > 0 && value < 100 ? 1 : 0) << value << ' '
         << kUnits[unit];
    return text.str();
}

std::string formatTime(int64_t unixSeconds) {
    if (unixSeconds == 0)
        return "-";
    const std::time_t time = unixSeconds;
    std::tm local{};
    localtime_r(&time, &local);
    std::ostringstream text;
    text << std::put_time(&local, "%Y-%m-%d %H:%M");
    return text.str();
}

std::string formatSeconds(double seconds) {
    const auto whole = int64_t(std::llround(std::max(0.0, seconds)));
    return whole < 60 ? std::to_string(whole) + "s"
                      : std::to_string(whole / 60) + "m " + std::to_string(whole % 60) + "s";
}

void ProgressLine::update(double fraction, const std::string& text) {
    fraction = std::clamp(fraction, 0.0, 1.0);
    const int filled = int(std::lround(fraction * kBarWidth));
    std::ostringstream line;
    line << '[' << std::string(size_t(filled), '#') << std::string(size_t(kBarWidth - filled), '.')
         << "] " << std::setw(3) << int(std::lround(fraction * 100)) << "%  " << text;
    if (outputIsTerminal()) {
        std::cout << "\r\033[K" << line.str() << std::flush;
        m_open = true;
        return;
    }
    const auto now = std::chrono::steady_clock::now();
    if (now - m_lastLine >= kLineInterval) {
        std::cout << line.str() << std::endl;
        m_lastLine = now;
    }
}

void ProgressLine::finish() {
    if (m_open)
        std::cout << std::endl;
    m_open = false;
}

}  // namespace hearth::app
