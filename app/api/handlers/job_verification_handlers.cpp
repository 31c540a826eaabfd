// /api/v1/jobs/{job_id}/verification: recorded steps of a job trained again.
#include <nlohmann/json.hpp>

#include "app/api/handlers/jobs_handlers.h"
#include "app/api/handlers/list_json.h"
#include "app/worker/worker_channel.h"
#include "core/json.h"

namespace hearth::app {
namespace {

using nlohmann::json;

const char* statusOf(const storage::OperationRow& row, const json& result) {
    if (row.status != storage::OperationStatus::Succeeded)
        return storage::operationStatusName(row.status);
    return result.is_object() && result.value("equal", false) ? "equal" : "different";
}

json verificationObject(const OperationState& state) {
    const storage::OperationRow& row = state.row;
    const auto parsed = core::parseJson(row.result.value_or("null"), "a verification's result");
    const json result = parsed && parsed->is_object() ? *parsed : json();
    return {{"object", "hearth.job_verification"},
            {"job_id", row.subject},
            {"operation_id", row.id},
            {"status", statusOf(row, result)},
            {"message", row.error ? row.error->message
                                  : (result.is_object() ? result.value("message", "") : "")},
            {"started_at", row.createdAt},
            {"finished_at", orNull(row.finishedAt)},
            {"result", result}};
}

}  // namespace

Handler verifyJobHandler(JobService& jobs) {
    return [&jobs](const Request& http) -> core::Result<Response> {
        CORE_ASSIGN(const json body, core::parseJson(http.text(), "the request body"));
        CORE_ASSIGN(const auto options, parseReplayOptions(body));
        CORE_ASSIGN(const auto begun, jobs.verify(http.principal, http.param("job_id"), options));
        return Response::json(core::dumpJson(verificationObject(begun)), 202);
    };
}

Handler jobVerificationHandler(JobService& jobs) {
    return [&jobs](const Request& http) -> core::Result<Response> {
        CORE_ASSIGN(const auto last, jobs.verification(http.principal, http.param("job_id")));
        return Response::json(core::dumpJson(verificationObject(last)));
    };
}

}  // namespace hearth::app
