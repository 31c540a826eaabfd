// /api/v1/jobs/probe: what a job would take, before it is created.
#include <nlohmann/json.hpp>

#include "app/api/handlers/jobs_handlers.h"
#include "app/api/handlers/operation_handlers.h"
#include "core/json.h"

namespace hearth::app {
namespace {

using nlohmann::json;

constexpr int64_t kMaxSteps = 20;

}  // namespace

Handler probeJobHandler(JobService& jobs) {
    return [&jobs](const Request& http) -> core::Result<Response> {
        CORE_ASSIGN(const json body, core::parseJson(http.text(), "the request body"));
        CORE_TRY(core::rejectUnknownFields(body, {"job", "steps"}));
        CORE_ASSIGN(const int64_t steps,
                    core::readInt(body, "steps", 1, kMaxSteps, ProbeOptions().steps));
        const json* job = core::findField(body, "job");
        if (!job)
            return core::Error{core::ErrorCode::InvalidArgument,
                               "job is required: the body of POST /v1/fine_tuning/jobs", "job"};
        CORE_ASSIGN(const JobRequest request, parseJobRequest(core::dumpJson(*job)));
        CORE_ASSIGN(const auto begun, jobs.probe(http.principal, request, steps));
        return operationBegun(begun);
    };
}

}  // namespace hearth::app
