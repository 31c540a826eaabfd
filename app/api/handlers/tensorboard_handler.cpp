// GET /api/v1/jobs/{job_id}/tensorboard: a job's curves as a file.
#include <algorithm>

#include "app/api/handlers/jobs_handlers.h"
#include "app/services/jobs/tensorboard_events.h"

namespace hearth::app {
namespace {

constexpr int64_t kPagePoints = 100'000;  // that are in memory at one time

}  // namespace

Handler jobTensorboardHandler(JobService& jobs) {
    return [&jobs](const Request& http) -> core::Result<Response> {
        const std::string& id = http.param("job_id");
        CORE_ASSIGN(const auto first, jobs.curves(http.principal, id, -1, kPagePoints));
        if (first.samples.empty())
            return core::Error{core::ErrorCode::Conflict,
                               "the job has no curves yet: they begin with its first step", id};
        const int64_t begin = std::ranges::min(first.samples, {}, &storage::Sample::step).timeMs;
        return Response::download("application/octet-stream", [&jobs, principal = http.principal,
                                                               id, begin](ResponseStream& stream) {
            if (!stream.write(tensorboardBeginning(begin)))
                return;
            for (std::optional<int64_t> after = -1; after;) {
                // An exception cuts the stream off: the client must not take it for whole.
                auto page = jobs.curves(principal, id, *after, kPagePoints).valueOrThrow();
                after = page.moreAfter;
                if (!stream.write(tensorboardSteps(std::move(page.samples))))
                    return;
            }
        });
    };
}

}  // namespace hearth::app
