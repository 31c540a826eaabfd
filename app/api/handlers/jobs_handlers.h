#pragma once
#include "app/api/route_table.h"
#include "app/services/jobs/job_service.h"

namespace hearth::app {

// /v1/fine_tuning/jobs. The service outlives the handlers.
Handler createJobHandler(JobService& jobs);
Handler listJobsHandler(JobService& jobs);
Handler getJobHandler(JobService& jobs);
Handler jobEventsHandler(JobService& jobs);
Handler jobCheckpointsHandler(JobService& jobs);
Handler jobMetricsHandler(JobService& jobs);
Handler jobTensorboardHandler(JobService& jobs);
Handler cancelJobHandler(JobService& jobs);
Handler jobRecordHandler(JobService& jobs);
Handler compareRunsHandler(JobService& jobs);
Handler probeJobHandler(JobService& jobs);
Handler verifyJobHandler(JobService& jobs);
Handler jobVerificationHandler(JobService& jobs);

}  // namespace hearth::app
