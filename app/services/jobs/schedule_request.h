// What POST /api/v1/schedules asks for, and what is stored of it.
#pragma once
#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/services/jobs/job_request.h"
#include "app/services/jobs/retry_policy.h"
#include "core/calendar/open_hours.h"
#include "core/calendar/start_times.h"
#include "core/result.h"
#include "storage/schedule_repository.h"

namespace hearth::app {

/// When jobs may run, in words: "time_zone", "windows", "blackouts".
struct HoursSettings {
    std::string timeZone = "UTC";
    std::vector<std::string> windows;
    std::vector<std::string> blackouts;

    /// Errors: InvalidArgument with the field as context.
    core::Result<core::OpenHours> compile() const;
    bool operator==(const HoursSettings&) const = default;
};

/// Reads the three fields of an object; others do not matter.
core::Result<HoursSettings> readHours(const nlohmann::json& object);
void writeHours(const HoursSettings& hours, nlohmann::json& object);

enum class JobPriority : int8_t { Low = -1, Normal = 0, High = 1, Urgent = 2 };
const char* jobPriorityName(int64_t priority);

struct ScheduleSettings {
    HoursSettings hours;
    core::MissedPolicy missed;
    bool skipOverlap = false;   // no start while a job of the schedule waits or runs
    bool onlySucceeded = true;  // of kind After
    JobPriority priority = JobPriority::Normal;
    RetryPolicy retry;
    /// A file's name: each job takes the newest file of that name for its training.
    std::optional<std::string> dataSet;

    std::string toJson() const;
    /// What a job takes along: hours and retries.
    std::string jobCalendar() const;
};

struct ScheduleRequest {
    std::string name;
    storage::ScheduleKind kind = storage::ScheduleKind::Cron;
    /// As in ScheduleRow; of Once, empty means now.
    std::string startsAt;
    ScheduleSettings settings;
    std::string job = "{}";  // JSON: the body of POST /v1/fine_tuning/jobs
};

/// The key of "when" that a kind is written with.
const char* whenKey(storage::ScheduleKind kind);

/// Errors: InvalidArgument with the field as context, and what it may be.
core::Result<ScheduleRequest> parseScheduleRequest(std::string_view body);
/// The request that would make the schedule as it is with the fields of `changes` in the place of
/// its own; null takes a field away. Errors: those of parseScheduleRequest.
core::Result<ScheduleRequest> changedScheduleRequest(const storage::ScheduleRow& row,
                                                     std::string_view changes);
/// The same without "name" and "job": for a preview.
core::Result<ScheduleRequest> parsePreviewRequest(std::string_view body);
/// Reads ScheduleSettings::toJson back. Errors: InvalidArgument.
core::Result<ScheduleSettings> parseScheduleSettings(const std::string& json);

/// The times of a schedule of kind Cron or Once. Errors: InvalidArgument.
core::Result<core::StartTimes> compileTimes(storage::ScheduleKind kind, const std::string& startsAt,
                                            const HoursSettings& hours);

/// The request for one job of the schedule; `trainingFile` where a data set stands for it.
core::Result<JobRequest> jobRequestOf(const std::string& job,
                                      const std::optional<std::string>& trainingFile);

}  // namespace hearth::app
