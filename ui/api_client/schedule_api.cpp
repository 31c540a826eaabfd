// The part of NodeApi that is about schedules.
#include "core/api/paths.h"
#include "ui/api_client/node_api.h"
#include "ui/api_client/node_calls.h"

namespace hearth::ui {

namespace paths = core::paths;

namespace {

ScheduleStart startFrom(const QJsonObject& json) {
    return {.dueAt = wholeIn(json, "due_at"),
            .startedAt = wholeIn(json, "started_at"),
            .jobId = textIn(json, "job_id")};
}

Schedule scheduleFrom(const QJsonObject& json) {
    Schedule schedule{.id = textIn(json, "id"),
                      .name = textIn(json, "name"),
                      .status = textIn(json, "status"),
                      .afterStatus = textIn(json, "after_status"),
                      .timeZone = textIn(json, "time_zone"),
                      .windows = textsIn(json, "windows"),
                      .blackouts = textsIn(json, "blackouts"),
                      .dataSet = textIn(json, "data_set"),
                      .missed = textIn(json, "missed"),
                      .missedLimit = wholeIn(json, "missed_limit"),
                      .overlap = textIn(json, "overlap"),
                      .priority = textIn(json, "priority"),
                      .job = objectIn(json, "job"),
                      .nextStart = maybeWholeIn(json, "next_start"),
                      .missedStarts = wholeIn(json, "missed_starts"),
                      .note = textIn(json, "note"),
                      .createdAt = wholeIn(json, "created_at")};
    const QJsonObject when = objectIn(json, "when");
    if (!when.isEmpty()) {
        schedule.whenKind = when.begin().key();
        schedule.whenValue = when.begin().value().toString();
    }
    if (json.value("last_start").isObject())
        schedule.lastStart = startFrom(objectIn(json, "last_start"));
    return schedule;
}

ComingStarts comingFrom(const QJsonObject& json) {
    ComingStarts coming{.timeZone = textIn(json, "time_zone"), .starts = {}};
    for (const QJsonObject& entry : objectsIn(json, "data"))
        coming.starts.append({.at = wholeIn(entry, "at"),
                              .local = textIn(entry, "local"),
                              .runsFrom = maybeWholeIn(entry, "runs_from"),
                              .runsFromLocal = textIn(entry, "runs_from_local")});
    return coming;
}

ApiRequest post(std::string_view path, const QString& id, const QJsonObject& body = {}) {
    return {.method = "POST", .path = pathWith(path, id), .body = body};
}

}  // namespace

void NodeApi::schedules(QObject* context, Then<QVector<Schedule>> then) {
    listFor(m_client, {.path = pathText(paths::kSchedules)}, context, scheduleFrom,
            std::move(then));
}

void NodeApi::createSchedule(const QJsonObject& request, QObject* context, Then<Schedule> then) {
    callFor(m_client, {.method = "POST", .path = pathText(paths::kSchedules), .body = request},
            context, scheduleFrom, std::move(then));
}

void NodeApi::editSchedule(const QString& id, const QJsonObject& changes, QObject* context,
                           Then<Schedule> then) {
    callFor(m_client, post(paths::kSchedule, id, changes), context, scheduleFrom, std::move(then));
}

void NodeApi::pauseSchedule(const QString& id, QObject* context, Then<Schedule> then) {
    callFor(m_client, post(paths::kSchedulePause, id), context, scheduleFrom, std::move(then));
}

void NodeApi::resumeSchedule(const QString& id, QObject* context, Then<Schedule> then) {
    callFor(m_client, post(paths::kScheduleResume, id), context, scheduleFrom, std::move(then));
}

void NodeApi::deleteSchedule(const QString& id, QObject* context, Then<Nothing> then) {
    callForNothing(m_client, {.method = "DELETE", .path = pathWith(paths::kSchedule, id)}, context,
                   std::move(then));
}

void NodeApi::comingStarts(const QString& id, int count, QObject* context,
                           Then<ComingStarts> then) {
    ApiRequest request{.path = pathWith(paths::kScheduleComing, id)};
    addQuery(request.query, "count", QString::number(count));
    callFor(m_client, request, context, comingFrom, std::move(then));
}

void NodeApi::previewStarts(const QJsonObject& request, int count, QObject* context,
                            Then<ComingStarts> then) {
    ApiRequest asked{.method = "POST", .path = pathText(paths::kSchedulePreview), .body = request};
    addQuery(asked.query, "count", QString::number(count));
    callFor(m_client, asked, context, comingFrom, std::move(then));
}

void NodeApi::pastStarts(const QString& id, QObject* context, Then<QVector<ScheduleStart>> then) {
    std::make_shared<ListCall<ScheduleStart>>(
        m_client, ApiRequest{.path = pathWith(paths::kScheduleStarts, id)}, startFrom)
        ->start(context, std::move(then), 1);
}

}  // namespace hearth::ui
