// Paths of the API, shared by the daemon's route table and by its clients.
#pragma once
#include <string_view>

namespace hearth::core::paths {

inline constexpr std::string_view kHealth = "/healthz";
inline constexpr std::string_view kReady = "/readyz";

// OpenAI-compatible
inline constexpr std::string_view kModels = "/v1/models";
inline constexpr std::string_view kModel = "/v1/models/{model}";
inline constexpr std::string_view kChatCompletions = "/v1/chat/completions";
inline constexpr std::string_view kCompletions = "/v1/completions";
inline constexpr std::string_view kFiles = "/v1/files";
inline constexpr std::string_view kFile = "/v1/files/{file_id}";
inline constexpr std::string_view kFileContent = "/v1/files/{file_id}/content";
inline constexpr std::string_view kJobs = "/v1/fine_tuning/jobs";
inline constexpr std::string_view kJob = "/v1/fine_tuning/jobs/{job_id}";
inline constexpr std::string_view kJobEvents = "/v1/fine_tuning/jobs/{job_id}/events";
inline constexpr std::string_view kJobCheckpoints = "/v1/fine_tuning/jobs/{job_id}/checkpoints";
inline constexpr std::string_view kJobCancel = "/v1/fine_tuning/jobs/{job_id}/cancel";

// Administration
inline constexpr std::string_view kSessions = "/api/v1/sessions";
inline constexpr std::string_view kSession = "/api/v1/sessions/current";
inline constexpr std::string_view kMe = "/api/v1/me";
inline constexpr std::string_view kKeys = "/api/v1/keys";
inline constexpr std::string_view kKey = "/api/v1/keys/{key_id}";
inline constexpr std::string_view kAdminModels = "/api/v1/models";
inline constexpr std::string_view kAdminModel = "/api/v1/models/{model}";
inline constexpr std::string_view kModelLoad = "/api/v1/models/{model}/load";
inline constexpr std::string_view kModelUnload = "/api/v1/models/{model}/unload";
inline constexpr std::string_view kModelMerge = "/api/v1/models/{model}/merge";
inline constexpr std::string_view kModelFile = "/api/v1/models/{model}/files/{name}";
inline constexpr std::string_view kImports = "/api/v1/imports";
inline constexpr std::string_view kImport = "/api/v1/imports/{import_id}";
inline constexpr std::string_view kImportCancel = "/api/v1/imports/{import_id}/cancel";
inline constexpr std::string_view kFileRows = "/api/v1/files/{file_id}/rows";
inline constexpr std::string_view kFileReport = "/api/v1/files/{file_id}/report";
inline constexpr std::string_view kFileCheck = "/api/v1/files/check";
inline constexpr std::string_view kDatasets = "/api/v1/datasets";
inline constexpr std::string_view kDatasetMix = "/api/v1/datasets/mix";
inline constexpr std::string_view kDataset = "/api/v1/datasets/{dataset}";
inline constexpr std::string_view kDatasetVersions = "/api/v1/datasets/{dataset}/versions";
inline constexpr std::string_view kDatasetDiff = "/api/v1/datasets/{dataset}/diff";
inline constexpr std::string_view kDatasetSplit = "/api/v1/datasets/{dataset}/split";
inline constexpr std::string_view kLineage = "/api/v1/lineage/{row_hash}";
inline constexpr std::string_view kJobMetrics = "/api/v1/jobs/{job_id}/metrics";
inline constexpr std::string_view kJobTensorboard = "/api/v1/jobs/{job_id}/tensorboard";
inline constexpr std::string_view kJobRecord = "/api/v1/jobs/{job_id}/record";
inline constexpr std::string_view kRunComparison = "/api/v1/runs/compare";
inline constexpr std::string_view kJobProbe = "/api/v1/jobs/probe";
inline constexpr std::string_view kJobVerification = "/api/v1/jobs/{job_id}/verification";
inline constexpr std::string_view kOperations = "/api/v1/operations";
inline constexpr std::string_view kOperation = "/api/v1/operations/{operation_id}";
inline constexpr std::string_view kOperationCancel = "/api/v1/operations/{operation_id}/cancel";
inline constexpr std::string_view kSchedules = "/api/v1/schedules";
inline constexpr std::string_view kSchedulePreview = "/api/v1/schedules/preview";
inline constexpr std::string_view kSchedule = "/api/v1/schedules/{schedule_id}";
inline constexpr std::string_view kScheduleComing = "/api/v1/schedules/{schedule_id}/coming";
inline constexpr std::string_view kScheduleStarts = "/api/v1/schedules/{schedule_id}/starts";
inline constexpr std::string_view kSchedulePause = "/api/v1/schedules/{schedule_id}/pause";
inline constexpr std::string_view kScheduleResume = "/api/v1/schedules/{schedule_id}/resume";
inline constexpr std::string_view kNodeStatus = "/api/v1/node/status";
inline constexpr std::string_view kNodeMetrics = "/api/v1/node/metrics";
inline constexpr std::string_view kNodeUsage = "/api/v1/node/usage";
inline constexpr std::string_view kNodeAlarms = "/api/v1/node/alarms";
inline constexpr std::string_view kNodeLog = "/api/v1/node/log";
inline constexpr std::string_view kNodeStop = "/api/v1/node/stop";

}  // namespace hearth::core::paths
