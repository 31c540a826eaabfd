#include "app/api/handlers/schedule_handlers.h"

#include <nlohmann/json.hpp>

#include "app/api/handlers/list_json.h"
#include "app/api/handlers/query.h"
#include "core/json.h"

namespace hearth::app {
namespace {

using nlohmann::json;

constexpr int64_t kDefaultSchedules = 20;
constexpr int64_t kDefaultStarts = 20;
constexpr int64_t kDefaultComing = 10;
constexpr int64_t kMaxComing = 100;

/// Stored JSON; what cannot be read any more shows as an empty object.
json stored(const std::string& text) {
    auto parsed = core::parseJson(text, "a stored object");
    return parsed ? std::move(*parsed) : json::object();
}

json lastStartJson(const std::optional<storage::ScheduleStartRow>& start) {
    if (!start)
        return {};
    return {{"due_at", start->dueAt},
            {"started_at", start->startedAt},
            {"job_id", orNull(start->jobId)}};
}

json scheduleObject(ScheduleService& schedules, const storage::ScheduleRow& row) {
    json object = stored(row.settings);
    object.update({{"id", row.id},
                   {"object", "hearth.schedule"},
                   {"name", row.name},
                   {"status", storage::scheduleStatusName(row.status)},
                   {"when", {{whenKey(row.kind), row.startsAt}}},
                   {"job", stored(row.job)},
                   {"next_start",
                    row.status == storage::ScheduleStatus::Active ? orNull(row.nextStart) : json()},
                   {"last_start", lastStartJson(schedules.lastStart(row.id))},
                   {"missed_starts", row.missedStarts},
                   {"note", orNull(row.note)},
                   {"owner", row.owner.userId},
                   {"organization_id", row.owner.departmentId},
                   {"created_at", row.createdAt}});
    if (!object.contains("data_set"))
        object["data_set"] = nullptr;
    return object;
}

json startObject(const storage::ScheduleStartRow& start) {
    return {{"id", start.id},
            {"object", "hearth.schedule.start"},
            {"schedule_id", start.scheduleId},
            {"due_at", start.dueAt},
            {"started_at", start.startedAt},
            {"job_id", orNull(start.jobId)}};
}

/// `zone` shows each start as its clocks do.
Response comingResponse(const std::vector<ComingStart>& starts, const core::TimeZone& zone) {
    const auto local = [&](int64_t unixSeconds) {
        return core::formatLocal(
            zone.toLocal(std::chrono::sys_seconds(std::chrono::seconds(unixSeconds))));
    };
    json data = json::array();
    for (const ComingStart& start : starts)
        data.push_back(
            {{"at", start.at},
             {"local", local(start.at)},
             {"runs_from", orNull(start.runsFrom)},
             {"runs_from_local", start.runsFrom ? json(local(*start.runsFrom)) : json()}});
    return Response::json(core::dumpJson(
        {{"object", "list"}, {"time_zone", zone.name()}, {"data", std::move(data)}}));
}

core::Result<size_t> readCount(const RequestHead& head) {
    CORE_ASSIGN(const int64_t count, readQueryInt(head, "count", 1, kMaxComing, kDefaultComing));
    return size_t(count);
}

using Change = core::Result<storage::ScheduleRow> (ScheduleService::*)(const Principal&,
                                                                       const std::string&);

Handler changeHandler(ScheduleService& schedules, Change change) {
    return [&schedules, change](const Request& http) -> core::Result<Response> {
        CORE_ASSIGN(const auto row, (schedules.*change)(http.principal, http.param("schedule_id")));
        return Response::json(core::dumpJson(scheduleObject(schedules, row)));
    };
}

}  // namespace

Handler createScheduleHandler(ScheduleService& schedules) {
    return [&schedules](const Request& http) -> core::Result<Response> {
        CORE_ASSIGN(const ScheduleRequest request, parseScheduleRequest(http.text()));
        CORE_ASSIGN(const auto row, schedules.create(http.principal, request));
        return Response::json(core::dumpJson(scheduleObject(schedules, row)));
    };
}

Handler listSchedulesHandler(ScheduleService& schedules) {
    return [&schedules](const Request& http) -> core::Result<Response> {
        CORE_ASSIGN(const storage::Page page, readPage(http.head, kDefaultSchedules));
        return listResponse(schedules.list(http.principal, page),
                            [&](const auto& row) { return scheduleObject(schedules, row); });
    };
}

Handler previewScheduleHandler(ScheduleService& schedules) {
    return [&schedules](const Request& http) -> core::Result<Response> {
        CORE_ASSIGN(const size_t count, readCount(http.head));
        CORE_ASSIGN(const ScheduleRequest request, parsePreviewRequest(http.text()));
        CORE_ASSIGN(const auto starts, schedules.preview(request, count));
        CORE_ASSIGN(const auto zone, core::TimeZone::find(request.settings.hours.timeZone));
        return comingResponse(starts, *zone);
    };
}

Handler getScheduleHandler(ScheduleService& schedules) {
    return changeHandler(schedules, &ScheduleService::find);
}

Handler editScheduleHandler(ScheduleService& schedules) {
    return [&schedules](const Request& http) -> core::Result<Response> {
        CORE_ASSIGN(const auto row,
                    schedules.edit(http.principal, http.param("schedule_id"), http.text()));
        return Response::json(core::dumpJson(scheduleObject(schedules, row)));
    };
}

Handler deleteScheduleHandler(ScheduleService& schedules) {
    return [&schedules](const Request& http) -> core::Result<Response> {
        const std::string& id = http.param("schedule_id");
        CORE_TRY(schedules.remove(http.principal, id));
        return Response::json(
            core::dumpJson({{"id", id}, {"object", "hearth.schedule"}, {"deleted", true}}));
    };
}

Handler comingStartsHandler(ScheduleService& schedules) {
    return [&schedules](const Request& http) -> core::Result<Response> {
        CORE_ASSIGN(const size_t count, readCount(http.head));
        const std::string& id = http.param("schedule_id");
        CORE_ASSIGN(const auto starts, schedules.coming(http.principal, id, count));
        CORE_ASSIGN(const auto row, schedules.find(http.principal, id));
        CORE_ASSIGN(const auto settings, parseScheduleSettings(row.settings));
        CORE_ASSIGN(const auto zone, core::TimeZone::find(settings.hours.timeZone));
        return comingResponse(starts, *zone);
    };
}

Handler scheduleStartsHandler(ScheduleService& schedules) {
    return [&schedules](const Request& http) -> core::Result<Response> {
        CORE_ASSIGN(const storage::Page page, readPage(http.head, kDefaultStarts));
        CORE_ASSIGN(const auto starts,
                    schedules.starts(http.principal, http.param("schedule_id"), page));
        return listResponse(starts, startObject);
    };
}

Handler pauseScheduleHandler(ScheduleService& schedules) {
    return changeHandler(schedules, &ScheduleService::pause);
}

Handler resumeScheduleHandler(ScheduleService& schedules) {
    return changeHandler(schedules, &ScheduleService::resume);
}

}  // namespace hearth::app
