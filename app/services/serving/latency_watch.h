// How fast a model's answers are now.
#pragma once
#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>

namespace hearth::app {

/// Absent: no answer gave any lately.
struct ServingLatency {
    std::optional<double> firstTokenMs;  // from the request to the first token
    std::optional<double> tokenMs;  // between tokens of an answer, mean over about the last ten
};
/// The slower of both.
ServingLatency slower(const ServingLatency& a, const ServingLatency& b);

/// Threading: every method may be called from any thread.
class LatencyWatch {
public:
    using Clock = std::chrono::steady_clock;
    // What is older says nothing of now.
    static constexpr std::chrono::seconds kMemory{3};

    void addFirstToken(std::chrono::duration<double> sinceRequest, Clock::time_point now);
    /// count: tokens that came together, `elapsed` after the ones before.
    void addTokens(int64_t count, std::chrono::duration<double> elapsed, Clock::time_point now);
    ServingLatency at(Clock::time_point now) const;

private:
    struct Reading {
        double ms = 0.0;
        Clock::time_point when;
    };
    static std::optional<double> recent(const std::optional<Reading>& reading,
                                        Clock::time_point now);

    mutable std::mutex m_mutex;  // guards what follows
    std::optional<Reading> m_firstToken;
    std::optional<Reading> m_token;
};

}  // namespace hearth::app
