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
inline constexpr std::string_view kKeys = "/api/v1/keys";
inline constexpr std::string_view kKey = "/api/v1/keys/{key_id}";
inline constexpr std::string_view kAdminModels = "/api/v1/models";
inline constexpr std::string_view kAdminModel = "/api/v1/models/{model}";
inline constexpr std::string_view kNodeStatus = "/api/v1/node/status";
inline constexpr std::string_view kNodeStop = "/api/v1/node/stop";

}  // namespace hearth::core::paths
