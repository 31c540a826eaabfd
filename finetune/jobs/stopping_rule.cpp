#include "finetune/jobs/stopping_rule.h"

#include <algorithm>
#include <cmath>

namespace hearth::finetune {

StoppingRule::StoppingRule(const Hyperparameters& settings)
    : m_patience(settings.early_stopping_patience),
      m_threshold(settings.early_stopping_threshold),
      m_keepBest(settings.load_best_model_at_end) {}

bool StoppingRule::add(int64_t step, double loss) {
    const bool first = m_state.best_step == 0;
    const double gain = first ? 0.0 : m_state.best_loss - loss;
    const bool best = std::isfinite(loss) && (first || gain > 0.0);
    const bool enough = best && (first || gain > m_threshold);
    m_state.stale_evaluations = enough ? 0 : m_state.stale_evaluations + 1;
    if (best) {
        m_state.best_step = step;
        m_state.best_loss = loss;
    }
    return best;
}

core::Status checkStopping(const JobSpec& spec) {
    const Hyperparameters& settings = spec.hyperparameters;
    if (!StoppingRule(settings).watches())
        return {};
    const char* field =
        settings.early_stopping_patience > 0 ? "early_stopping_patience" : "load_best_model_at_end";
    const std::string name = std::string("hyperparameters.") + field;
    if (settings.evaluate_every == 0)
        return core::Error{core::ErrorCode::InvalidArgument,
                           name +
                               " needs hyperparameters.evaluate_every, the steps between "
                               "evaluations",
                           name};
    const auto watched = [](const EvaluationSet& set) {
        return set.kind == EvaluationKind::Loss && set.at_intervals;
    };
    if (std::ranges::none_of(spec.evaluations, watched))
        return core::Error{core::ErrorCode::InvalidArgument,
                           name + " needs an evaluation of kind loss with at_intervals",
                           "evaluations"};
    return {};
}

}  // namespace hearth::finetune
