#include "app/services/jobs/pause_rule.h"

namespace hearth::app {
namespace {

constexpr double kGoOnShare = 0.8;

}  // namespace

bool PauseRule::update(const ServingLatency& latency) {
    m_paused = missed(latency, m_paused ? kGoOnShare : 1.0);
    return m_paused;
}

/// Whether anything is slower than this share of its objective.
bool PauseRule::missed(const ServingLatency& latency, double share) const {
    const auto slow = [share](const std::optional<double>& ms, double objective) {
        return objective > 0.0 && ms && *ms > share * objective;
    };
    return slow(latency.firstTokenMs, m_objective.firstTokenMs) ||
           slow(latency.tokenMs, m_objective.tokenMs);
}

}  // namespace hearth::app
