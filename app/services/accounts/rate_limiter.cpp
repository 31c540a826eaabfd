#include "app/services/accounts/rate_limiter.h"

#include <algorithm>
#include <cmath>

namespace hearth::app {
namespace {

// Beyond this many, those that have refilled are forgotten: they are as good as new.
constexpr size_t kManyBuckets = 10'000;

}  // namespace

core::Status RateLimiter::take(const std::string& principal) {
    const auto now = m_clock.steadyNow();
    std::lock_guard lock(m_mutex);
    if (m_buckets.size() > kManyBuckets)
        forgetFull(now);
    Bucket& bucket = m_buckets.try_emplace(principal, Bucket{m_perMinute, now}).first->second;
    bucket = {tokensAt(bucket, now), now};
    if (bucket.tokens < 1.0) {
        const double seconds = std::ceil((1.0 - bucket.tokens) * 60.0 / m_perMinute);
        return core::Error{core::ErrorCode::ResourceExhausted,
                           "this key may make " + std::to_string(int64_t(m_perMinute)) +
                               " requests a minute; try again in " +
                               std::to_string(int64_t(seconds)) + " s",
                           ""};
    }
    bucket.tokens -= 1.0;
    return {};
}

double RateLimiter::tokensAt(const Bucket& bucket,
                             std::chrono::steady_clock::time_point now) const {
    const double minutes = std::chrono::duration<double>(now - bucket.filled).count() / 60.0;
    return std::min(m_perMinute, bucket.tokens + minutes * m_perMinute);
}

void RateLimiter::forgetFull(std::chrono::steady_clock::time_point now) {
    std::erase_if(m_buckets,
                  [&](const auto& entry) { return tokensAt(entry.second, now) >= m_perMinute; });
}

}  // namespace hearth::app
