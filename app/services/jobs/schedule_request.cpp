#include "app/services/jobs/schedule_request.h"

#include <nlohmann/json.hpp>

#include "core/json.h"

namespace hearth::app {
namespace {

using nlohmann::json;
using storage::ScheduleKind;

constexpr size_t kMaxName = 100;
constexpr size_t kMaxExpression = 256;
constexpr int64_t kMaxMissed = 100;

core::Error invalid(const std::string& field, const std::string& message) {
    return {core::ErrorCode::InvalidArgument, message, field};
}

core::Result<std::vector<std::string>> readTexts(const json& object, const char* field) {
    const json* list = core::findField(object, field);
    if (!list)
        return std::vector<std::string>();
    const bool texts = list->is_array() && std::all_of(list->begin(), list->end(),
                                                       [](auto& e) { return e.is_string(); });
    if (!texts)
        return invalid(field, std::string(field) + " must be a list of texts");
    return list->get<std::vector<std::string>>();
}

/// One of some words. `words` ends with nothing; the first is the default.
core::Result<size_t> readWord(const json& object, const char* field,
                              std::initializer_list<std::string_view> words) {
    CORE_ASSIGN(const auto word,
                core::readString(object, field, kMaxName, std::string(*words.begin())));
    size_t index = 0;
    std::string known;
    for (const std::string_view candidate : words) {
        if (word == candidate)
            return index;
        known += (index++ ? ", " : "") + std::string(candidate);
    }
    return invalid(field, std::string(field) + " must be one of " + known);
}

constexpr const char* kPriorities[] = {"low", "normal", "high", "urgent"};

core::Result<ScheduleSettings> readSettings(const json& object) {
    ScheduleSettings settings;
    CORE_ASSIGN(settings.hours, readHours(object));
    CORE_ASSIGN(const size_t missed, readWord(object, "missed", {"once", "skip", "all"}));
    settings.missed.kind = core::MissedStarts(missed);
    CORE_ASSIGN(settings.missed.limit,
                core::readInt(object, "missed_limit", 1, kMaxMissed, settings.missed.limit));
    CORE_ASSIGN(const size_t overlap, readWord(object, "overlap", {"queue", "skip"}));
    settings.skipOverlap = overlap == 1;
    CORE_ASSIGN(const size_t priority,
                readWord(object, "priority", {"normal", "low", "high", "urgent"}));
    constexpr JobPriority kInOrder[] = {JobPriority::Normal, JobPriority::Low, JobPriority::High,
                                        JobPriority::Urgent};
    settings.priority = kInOrder[priority];
    CORE_ASSIGN(settings.retry, RetryPolicy::parse(core::findField(object, "retry")));
    if (core::findField(object, "data_set")) {
        CORE_ASSIGN(settings.dataSet, core::readString(object, "data_set", kMaxExpression));
    }
    CORE_ASSIGN(const size_t after, readWord(object, "after_status", {"succeeded", "ended"}));
    settings.onlySucceeded = after == 0;
    return settings;
}

/// "when" has one of four keys.
core::Status readWhen(const json& body, ScheduleRequest& request) {
    const json* when = core::findField(body, "when");
    constexpr const char* kForms =
        "when must be one of {\"cron\": \"30 2 * * *\"}, {\"at\": \"2026-12-01T02:00\"} (or "
        "\"now\"), {\"after\": \"the id of a job or schedule\"}, {\"on_change\": \"file name\"}";
    if (!when || !when->is_object() || when->size() != 1)
        return invalid("when", kForms);
    const std::string key = when->begin().key();
    if (key == "cron")
        request.kind = ScheduleKind::Cron;
    else if (key == "at")
        request.kind = ScheduleKind::Once;
    else if (key == "after")
        request.kind = ScheduleKind::After;
    else if (key == "on_change")
        request.kind = ScheduleKind::OnChange;
    else
        return invalid("when", kForms);
    CORE_ASSIGN(request.startsAt, core::readString(*when, key, kMaxExpression));
    if (request.kind == ScheduleKind::Once && request.startsAt == "now")
        request.startsAt.clear();
    else if (request.startsAt.empty())
        return invalid("when", kForms);
    if (request.kind == ScheduleKind::OnChange) {
        if (request.settings.dataSet && *request.settings.dataSet != request.startsAt)
            return invalid("data_set", "data_set must be the file of on_change, or absent");
        request.settings.dataSet = request.startsAt;
    }
    return {};
}

core::Status checkTimes(const ScheduleRequest& request) {
    CORE_TRY(request.settings.hours.compile());
    const bool timed = request.kind == ScheduleKind::Cron ||
                       (request.kind == ScheduleKind::Once && !request.startsAt.empty());
    if (timed) {
        CORE_TRY(compileTimes(request.kind, request.startsAt, request.settings.hours));
    }
    return {};
}

core::Result<json> readBody(std::string_view text) {
    CORE_ASSIGN(json body, core::parseJson(text, "the request body"));
    if (!body.is_object())
        return invalid("", "the request body must be a JSON object");
    CORE_TRY(core::rejectUnknownFields(
        body, {"name", "when", "time_zone", "windows", "blackouts", "missed", "missed_limit",
               "overlap", "priority", "retry", "data_set", "after_status", "job"}));
    return body;
}

core::Result<ScheduleRequest> readRequest(const json& body) {
    ScheduleRequest request;
    CORE_ASSIGN(request.settings, readSettings(body));
    CORE_TRY(readWhen(body, request));
    CORE_TRY(checkTimes(request));
    return request;
}

}  // namespace

core::Result<core::OpenHours> HoursSettings::compile() const {
    CORE_ASSIGN(auto zone, core::TimeZone::find(timeZone));
    return core::OpenHours::parse(std::move(zone), windows, blackouts);
}

core::Result<HoursSettings> readHours(const json& object) {
    HoursSettings hours;
    CORE_ASSIGN(hours.timeZone,
                core::readString(object, "time_zone", kMaxExpression, hours.timeZone));
    CORE_ASSIGN(hours.windows, readTexts(object, "windows"));
    CORE_ASSIGN(hours.blackouts, readTexts(object, "blackouts"));
    return hours;
}

void writeHours(const HoursSettings& hours, json& object) {
    object["time_zone"] = hours.timeZone;
    object["windows"] = hours.windows;
    object["blackouts"] = hours.blackouts;
}

const char* jobPriorityName(int64_t priority) {
    return kPriorities[std::clamp<int64_t>(priority, -1, 2) + 1];
}

std::string ScheduleSettings::toJson() const {
    constexpr const char* kMissed[] = {"once", "skip", "all"};
    json object = {{"missed", kMissed[int(missed.kind)]},
                   {"missed_limit", missed.limit},
                   {"overlap", skipOverlap ? "skip" : "queue"},
                   {"priority", jobPriorityName(int64_t(priority))},
                   {"retry", retry.toJson()},
                   {"after_status", onlySucceeded ? "succeeded" : "ended"}};
    writeHours(hours, object);
    if (dataSet)
        object["data_set"] = *dataSet;
    return core::dumpJson(object);
}

std::string ScheduleSettings::jobCalendar() const {
    json object = {{"retry", retry.toJson()}};
    writeHours(hours, object);
    return core::dumpJson(object);
}

core::Result<ScheduleSettings> parseScheduleSettings(const std::string& text) {
    CORE_ASSIGN(const json object, core::parseJson(text, "the settings of a schedule"));
    return readSettings(object);
}

core::Result<ScheduleRequest> parseScheduleRequest(std::string_view text) {
    CORE_ASSIGN(const json body, readBody(text));
    CORE_ASSIGN(ScheduleRequest request, readRequest(body));
    CORE_ASSIGN(request.name, core::readString(body, "name", kMaxName));
    const json* job = core::findField(body, "job");
    if (!job || !job->is_object())
        return invalid("job", "job must be an object: the body of a request for a fine-tuning job");
    if (request.settings.dataSet && core::findField(*job, "training_file"))
        return invalid("data_set",
                       "give either data_set, for the newest file of a name, or "
                       "job.training_file");
    request.job = core::dumpJson(*job);
    return request;
}

core::Result<ScheduleRequest> parsePreviewRequest(std::string_view text) {
    CORE_ASSIGN(const json body, readBody(text));
    return readRequest(body);
}

core::Result<core::StartTimes> compileTimes(ScheduleKind kind, const std::string& startsAt,
                                            const HoursSettings& hours) {
    CORE_ASSIGN(const auto zone, core::TimeZone::find(hours.timeZone));
    CORE_ASSIGN(auto open, core::OpenHours::parse(zone, hours.windows, hours.blackouts));
    if (kind == ScheduleKind::Cron) {
        CORE_ASSIGN(auto cron, core::CronExpression::parse(startsAt));
        return core::StartTimes(zone, std::move(cron), std::move(open));
    }
    const bool utc = startsAt.ends_with('Z');
    const auto local = core::parseLocal(utc ? startsAt.substr(0, startsAt.size() - 1) : startsAt);
    if (!local)
        return invalid("when", "'" + startsAt +
                                   "' is not a time; write it as 2026-12-01T02:00, in the time "
                                   "zone of the schedule, or as 2026-12-01T02:00Z in UTC");
    if (!utc)
        return core::StartTimes(zone, *local, std::move(open));
    CORE_ASSIGN(const auto greenwich, core::TimeZone::find("UTC"));
    return core::StartTimes(greenwich, *local, std::move(open));
}

core::Result<JobRequest> jobRequestOf(const std::string& text,
                                      const std::optional<std::string>& trainingFile) {
    CORE_ASSIGN(json job, core::parseJson(text, "the job of a schedule"));
    if (trainingFile)
        job["training_file"] = *trainingFile;
    return parseJobRequest(core::dumpJson(job));
}

}  // namespace hearth::app
