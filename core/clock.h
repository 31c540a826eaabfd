#pragma once
#include <chrono>
#include <cstdint>
#include <string>

namespace hearth::core {

/// Where the time comes from, so that a test can hold it still. Safe from any thread.
class Clock {
public:
    virtual ~Clock() = default;
    /// Wall clock, for what is stored and shown. It may jump.
    virtual std::int64_t unixMillis() const = 0;
    /// Never goes back; for deadlines and durations.
    virtual std::chrono::steady_clock::time_point steadyNow() const = 0;

    std::int64_t unixSeconds() const { return unixMillis() / 1000; }
};

class SystemClock final : public Clock {
public:
    static const SystemClock& instance();
    std::int64_t unixMillis() const override;
    std::chrono::steady_clock::time_point steadyNow() const override;
};

/// "2026-11-23T18:20:00Z"
std::string formatUtc(std::int64_t unixSeconds);

}  // namespace hearth::core
