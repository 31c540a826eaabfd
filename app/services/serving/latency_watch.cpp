#include "app/services/serving/latency_watch.h"

#include <algorithm>
#include <cmath>

namespace hearth::app {
namespace {

using Milliseconds = std::chrono::duration<double, std::milli>;

// Of the newest token in the mean.
constexpr double kNewestWeight = 0.1;

std::optional<double> larger(const std::optional<double>& a, const std::optional<double>& b) {
    return std::max(a, b);  // an absent one is the smallest
}

}  // namespace

ServingLatency slower(const ServingLatency& a, const ServingLatency& b) {
    return {.firstTokenMs = larger(a.firstTokenMs, b.firstTokenMs),
            .tokenMs = larger(a.tokenMs, b.tokenMs)};
}

void LatencyWatch::addFirstToken(std::chrono::duration<double> sinceRequest,
                                 Clock::time_point now) {
    std::lock_guard lock(m_mutex);
    m_firstToken = {Milliseconds(sinceRequest).count(), now};
}

void LatencyWatch::addTokens(int64_t count, std::chrono::duration<double> elapsed,
                             Clock::time_point now) {
    if (count <= 0)
        return;
    const double ms = Milliseconds(elapsed).count() / double(count);
    std::lock_guard lock(m_mutex);
    const auto before = recent(m_token, now);
    const double weight = before ? 1.0 - std::pow(1.0 - kNewestWeight, double(count)) : 1.0;
    m_token = {before.value_or(0.0) + weight * (ms - before.value_or(0.0)), now};
}

ServingLatency LatencyWatch::at(Clock::time_point now) const {
    std::lock_guard lock(m_mutex);
    return {.firstTokenMs = recent(m_firstToken, now), .tokenMs = recent(m_token, now)};
}

std::optional<double> LatencyWatch::recent(const std::optional<Reading>& reading,
                                           Clock::time_point now) {
    return reading && now - reading->when <= kMemory ? std::optional(reading->ms) : std::nullopt;
}

}  // namespace hearth::app
