#include "app/services/jobs/job_trial.h"

#include <nlohmann/json.hpp>
#include <optional>

#include "app/services/operations/worker_run.h"
#include "core/error_code.h"
#include "core/json.h"
#include "finetune/jobs/replay.h"

namespace hearth::app {

using finetune::FailedEvent;
using finetune::JobEvent;
using finetune::ProbedEvent;
using finetune::ProgressEvent;
using finetune::VerifiedEvent;
using nlohmann::json;

core::Result<JobEvent> tryJob(const std::filesystem::path& program, std::string startLine,
                              OperationProgress& progress) {
    progress.show("loading", 0, 0);
    std::optional<JobEvent> last;
    const auto hear = [&](const std::string& line) -> core::Status {
        CORE_ASSIGN(JobEvent event, finetune::parseJobEvent(line));
        if (const auto* step = std::get_if<ProgressEvent>(&event))
            progress.show("training", step->step, step->total_steps);
        else if (std::holds_alternative<ProbedEvent>(event) ||
                 std::holds_alternative<VerifiedEvent>(event) ||
                 std::holds_alternative<FailedEvent>(event))
            last = std::move(event);
        return {};
    };
    CORE_ASSIGN(const std::string end,
                runWorker(program, std::move(startLine), progress.cancel, hear));
    if (const auto* failed = last ? std::get_if<FailedEvent>(&*last) : nullptr)
        return core::Error{core::errorCodeOf(failed->code), failed->message, {}};
    if (last)
        return std::move(*last);
    if (progress.cancel)
        return core::Error{core::ErrorCode::Cancelled, "it was cancelled", {}};
    return core::Error{core::ErrorCode::Internal, "the worker ended by itself: " + end, {}};
}

std::string probeJson(const ProbedEvent& e) {
    return core::dumpJson({{"steps", e.steps},
                           {"total_steps", e.total_steps},
                           {"seconds_per_step", e.seconds_per_step},
                           {"seconds", e.seconds},
                           {"tokens_per_s", e.tokens_per_second},
                           {"planned_bytes", e.planned_bytes},
                           {"peak_bytes", e.peak_bytes}});
}

std::string verificationJson(const VerifiedEvent& e) {
    return core::dumpJson({{"equal", e.equal},
                           {"message", finetune::verificationText(e)},
                           {"from_step", e.from_step},
                           {"to_step", e.to_step},
                           {"checkpoints", e.checkpoints},
                           {"recorded_loss", e.recorded_loss},
                           {"replayed_loss", e.replayed_loss},
                           {"recorded_gradient_norm", e.recorded_gradient_norm},
                           {"replayed_gradient_norm", e.replayed_gradient_norm},
                           {"tensor", e.tensor.empty() ? json() : json(e.tensor)}});
}

}  // namespace hearth::app
