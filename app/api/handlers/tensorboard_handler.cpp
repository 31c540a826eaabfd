// GET /api/v1/jobs/{job_id}/tensorboard: a job's curves as a file.
#include "app/api/handlers/jobs_handlers.h"
#include "app/services/jobs/tensorboard_events.h"

namespace hearth::app {

Handler jobTensorboardHandler(JobService& jobs) {
    return [&jobs](const Request& http) -> core::Result<Response> {
        const std::string& id = http.param("job_id");
        CORE_ASSIGN(auto samples, jobs.curves(http.principal, id, -1));
        if (samples.empty())
            return core::Error{core::ErrorCode::Conflict,
                               "the job has no curves yet: they begin with its first step", id};
        Response response = Response::text(tensorboardEvents(std::move(samples)));
        response.headers.set("Content-Type", "application/octet-stream");
        return response;
    };
}

}  // namespace hearth::app
