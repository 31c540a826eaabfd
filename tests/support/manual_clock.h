#pragma once
#include <atomic>

#include "core/clock.h"

namespace hearth::test {

/// A clock that moves only when told to.
class ManualClock final : public core::Clock {
public:
    explicit ManualClock(std::int64_t unixSeconds = 1'700'000'000) : m_millis(unixSeconds * 1000) {}

    void advance(std::chrono::milliseconds by) { m_millis += by.count(); }

    std::int64_t unixMillis() const override { return m_millis; }
    std::chrono::steady_clock::time_point steadyNow() const override {
        return std::chrono::steady_clock::time_point(std::chrono::milliseconds(m_millis));
    }

private:
    std::atomic<std::int64_t> m_millis;
};

}  // namespace hearth::test
