// How many requests a principal may make a minute.
#pragma once
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "core/clock.h"
#include "core/result.h"

namespace hearth::app {

/// A bucket for each principal: full at first, refilled evenly, so that a minute's worth may
/// come at once but not twice. Threading: any thread.
class RateLimiter {
public:
    RateLimiter(const core::Clock& clock, int64_t requestsPerMinute)
        : m_clock(clock), m_perMinute(double(requestsPerMinute)) {}

    /// ResourceExhausted when the bucket is empty; the message says how long to wait.
    core::Status take(const std::string& principal);

private:
    struct Bucket {
        double tokens;
        std::chrono::steady_clock::time_point filled;
    };
    void forgetFull(std::chrono::steady_clock::time_point now);
    double tokensAt(const Bucket& bucket, std::chrono::steady_clock::time_point now) const;

    const core::Clock& m_clock;
    const double m_perMinute;
    std::mutex m_mutex;  // guards m_buckets
    std::map<std::string, Bucket> m_buckets;
};

}  // namespace hearth::app
