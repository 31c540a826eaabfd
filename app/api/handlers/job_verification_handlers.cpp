// /api/v1/jobs/{job_id}/verification: recorded steps of a job trained again.
#include <nlohmann/json.hpp>

#include "app/api/handlers/jobs_handlers.h"
#include "app/worker/worker_channel.h"
#include "core/json.h"

namespace hearth::app {
namespace {

using nlohmann::json;

json resultJson(const finetune::VerifiedEvent& e) {
    return {{"from_step", e.from_step},
            {"to_step", e.to_step},
            {"checkpoints", e.checkpoints},
            {"recorded_loss", e.recorded_loss},
            {"replayed_loss", e.replayed_loss},
            {"recorded_gradient_norm", e.recorded_gradient_norm},
            {"replayed_gradient_norm", e.replayed_gradient_norm},
            {"tensor", e.tensor.empty() ? json() : json(e.tensor)}};
}

json verificationJson(const Verification& verification) {
    return {{"object", "hearth.job_verification"},
            {"job_id", verification.jobId},
            {"status", verification.status},
            {"message", verification.message},
            {"started_at", verification.startedAt},
            {"finished_at", verification.finishedAt ? json(*verification.finishedAt) : json()},
            {"result", verification.result ? resultJson(*verification.result) : json()}};
}

}  // namespace

Handler verifyJobHandler(JobService& jobs) {
    return [&jobs](const Request& http) -> core::Result<Response> {
        CORE_ASSIGN(const json body, core::parseJson(http.text(), "the request body"));
        CORE_ASSIGN(const auto options, parseReplayOptions(body));
        CORE_ASSIGN(const auto begun, jobs.verify(http.principal, http.param("job_id"), options));
        return Response::json(core::dumpJson(verificationJson(begun)), 202);
    };
}

Handler jobVerificationHandler(JobService& jobs) {
    return [&jobs](const Request& http) -> core::Result<Response> {
        CORE_ASSIGN(const auto last, jobs.verification(http.principal, http.param("job_id")));
        return Response::json(core::dumpJson(verificationJson(last)));
    };
}

}  // namespace hearth::app
