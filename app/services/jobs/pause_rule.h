// When training gives way to serving.
#pragma once
#include "app/services/serving/latency_watch.h"

namespace hearth::app {

/// What answers shall not be slower than while jobs train; 0: that is not watched.
struct ServingObjective {
    double firstTokenMs = 0.0;
    double tokenMs = 0.0;
};

/// Training pauses when an objective is missed. It goes on when nobody is served, or when serving
/// is faster than the objective by a fifth, so that the two do not take turns at every token.
class PauseRule {
public:
    explicit PauseRule(const ServingObjective& objective) : m_objective(objective) {}

    /// Returns whether training is to pause from now on.
    bool update(const ServingLatency& latency);

private:
    bool missed(const ServingLatency& latency, double share) const;

    const ServingObjective m_objective;
    bool m_paused = false;
};

}  // namespace hearth::app
