// The part of ScheduleService that changes schedules.
#include <nlohmann/json.hpp>

#include "app/services/jobs/schedule_service.h"
#include "core/json.h"

namespace hearth::app {
namespace {

using nlohmann::json;
using storage::ScheduleKind;
using storage::ScheduleRow;

/// The body that would make the schedule as it is.
core::Result<json> bodyOf(const ScheduleRow& row) {
    CORE_ASSIGN(json body, core::parseJson(row.settings, "the settings of a schedule"));
    CORE_ASSIGN(body["job"], core::parseJson(row.job, "the job of a schedule"));
    body["name"] = row.name;
    body["when"] = {{whenKey(row.kind), row.startsAt}};
    return body;
}

/// The starts themselves change, not only what becomes of them.
bool startsDiffer(const ScheduleRow& row, const ScheduleSettings& settings,
                  const ScheduleRow& changed, const ScheduleSettings& changedSettings) {
    const bool timed = row.kind == ScheduleKind::Cron || row.kind == ScheduleKind::Once;
    return row.kind != changed.kind || row.startsAt != changed.startsAt ||
           (timed && settings.hours != changedSettings.hours);
}

}  // namespace

const char* whenKey(ScheduleKind kind) {
    return kind == ScheduleKind::Once ? "at" : storage::scheduleKindName(kind);
}

core::Result<ScheduleRequest> changedScheduleRequest(const ScheduleRow& row,
                                                     std::string_view changes) {
    CORE_ASSIGN(const json given, core::parseJson(changes, "the request body"));
    if (!given.is_object())
        return core::Error{core::ErrorCode::InvalidArgument,
                           "the request body must be a JSON object", ""};
    CORE_ASSIGN(json body, bodyOf(row));
    // The data set of on_change goes with it.
    if (const json* when = core::findField(given, "when"); when && when->contains("on_change"))
        body.erase("data_set");
    for (const auto& [field, value] : given.items()) {
        if (value.is_null())
            body.erase(field);
        else
            body[field] = value;
    }
    return parseScheduleRequest(core::dumpJson(body));
}

core::Result<ScheduleRow> ScheduleService::edit(const Principal& principal, const std::string& id,
                                                std::string_view changes) {
    std::lock_guard lock(m_turns);
    CORE_ASSIGN(const ScheduleRow before, findOpen(principal, id));
    CORE_ASSIGN(const ScheduleRequest request, changedScheduleRequest(before, changes));
    CORE_ASSIGN(const auto settings, parseScheduleSettings(before.settings));
    CORE_TRY(checkPriority(principal, request.settings));
    ScheduleRow row = before;
    row.name = request.name;
    row.kind = request.kind;
    row.startsAt = request.startsAt;
    row.settings = request.settings.toJson();
    row.job = request.job;
    const bool otherStarts = startsDiffer(before, settings, row, request.settings);
    if (otherStarts || settings.dataSet != request.settings.dataSet) {
        row.handledUntil = m_clock.unixSeconds();
        row.nextStart.reset();
        row.seenFile.reset();
        row.seenSha256.reset();
        CORE_TRY(fillStart(row, request.settings));
    }
    if (!otherStarts) {
        row.handledUntil = before.handledUntil;
        row.nextStart = before.nextStart;
    }
    CORE_TRY(prepare(row, request.settings, {}));
    CORE_TRY(m_rows.update(row));
    return find(principal, id);
}

}  // namespace hearth::app
