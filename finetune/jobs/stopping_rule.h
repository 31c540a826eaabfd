// When training stops before its last step, and which step's weights are kept, by the losses that
// evaluations at intervals measure on held-out data.
#pragma once
#include <cstdint>

#include "core/result.h"
#include "finetune/jobs/job_spec.h"

namespace hearth::finetune {

/// Part of a checkpoint, so that a resumed job stops at the same step.
struct StoppingState {
    int64_t best_step = 0;          // 0: nothing was measured yet
    double best_loss = 0.0;         // at best_step
    int64_t stale_evaluations = 0;  // in a row, without enough improvement
};

class StoppingRule {
public:
    explicit StoppingRule(const Hyperparameters& settings);

    /// Whether evaluations decide anything at all.
    bool watches() const { return m_patience > 0 || m_keepBest; }
    bool keepsBest() const { return m_keepBest; }

    /// Takes the loss at a step; less is better, and what is no number is no improvement. Returns
    /// whether it is the best so far. An improvement counts against the patience only when it is
    /// greater than the threshold.
    bool add(int64_t step, double loss);
    /// Patience is at its end.
    bool stops() const { return m_patience > 0 && m_state.stale_evaluations >= m_patience; }

    const StoppingState& state() const { return m_state; }
    void setState(const StoppingState& state) { m_state = state; }

private:
    int64_t m_patience;
    double m_threshold;
    bool m_keepBest;
    StoppingState m_state;
};

/// Errors: InvalidArgument when early_stopping_patience or load_best_model_at_end is set and
/// nothing is measured at intervals.
core::Status checkStopping(const JobSpec& spec);

}  // namespace hearth::finetune
