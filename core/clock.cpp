#include "core/clock.h"

#include <ctime>

namespace hearth::core {

const SystemClock& SystemClock::instance() {
    static const SystemClock clock;
    return clock;
}

std::int64_t SystemClock::unixMillis() const {
    const auto sinceEpoch = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(sinceEpoch).count();
}

std::chrono::steady_clock::time_point SystemClock::steadyNow() const {
    return std::chrono::steady_clock::now();
}

std::string formatUtc(std::int64_t unixSeconds) {
    const auto time = static_cast<std::time_t>(unixSeconds);
    std::tm parts{};
    if (!gmtime_r(&time, &parts))
        return "";
    char text[40];
    const std::size_t length = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    return {text, length};
}

}  // namespace hearth::core
