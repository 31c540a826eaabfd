#include "ui/pages/schedules/schedule_rows.h"

#include <QCoreApplication>
#include <cmath>

#include "ui/i18n/format.h"
#include "ui/models/job_texts.h"

namespace hearth::ui {
namespace {

struct Rows {
    Q_DECLARE_TR_FUNCTIONS(Schedules)
};

std::vector<StatusValue> stateValues() {
    std::vector<StatusValue> values;
    for (const char* code : {"active", "paused", "ended"})
        values.push_back({.code = code,
                          .label = [code] { return scheduleStatusText(code); },
                          .tone = scheduleStatusTone(code)});
    return values;
}

/// The city of its zone stands behind where it is not this computer's, and matters.
Cell whenCell(const Schedule& schedule, const Predecessors& predecessors) {
    Cell cell(whenText(schedule, predecessors));
    const bool timed = schedule.whenKind == "cron" || schedule.whenKind == "at";
    if (timed && schedule.timeZone != ownTimeZone())
        cell.note = schedule.timeZone.section('/', -1).replace('_', ' ');
    return cell;
}

Cell outcomeCell(const Schedule& schedule, const ScheduleContext& known) {
    if (!schedule.lastStart)
        return {};
    const auto job = known.jobs.constFind(schedule.lastStart->jobId);
    return job == known.jobs.constEnd() ? Cell() : Cell(job->status);
}

}  // namespace

Columns scheduleColumns() {
    return {{.id = "name", .title = [] { return Rows::tr("Name"); }, .width = 110, .stretch = true},
            {.id = "when", .title = [] { return Rows::tr("Starts"); }, .width = 206},
            {.id = "trains", .title = [] { return Rows::tr("Trains"); }, .width = 174},
            {.id = "hours", .title = [] { return Rows::tr("Allowed hours"); }, .width = 176},
            {.id = "next",
             .title = [] { return Rows::tr("Next start"); },
             .kind = CellKind::Time,
             .width = 148,
             .format =
                 [](const Cell& cell) {
                     return std::isnan(cell.number) ? QStringLiteral("–")
                                                    : comingText(qint64(cell.number));
                 }},
            {.id = "outcome",
             .title = [] { return Rows::tr("Last run"); },
             .kind = CellKind::Status,
             .width = 114,
             .values = jobStatusValues()},
            {.id = "state",
             .title = [] { return Rows::tr("State"); },
             .kind = CellKind::Status,
             .width = 86,
             .chips = true,
             .values = stateValues()},
            {.id = "priority",
             .title = [] { return Rows::tr("Priority"); },
             .width = 110,
             .hidden = true,
             .format = [](const Cell& cell) { return priorityText(cell.text); }},
            {.id = "created",
             .title = [] { return Rows::tr("Created"); },
             .kind = CellKind::Time,
             .width = 120,
             .hidden = true},
            {.id = "id",
             .title = [] { return Rows::tr("Id"); },
             .kind = CellKind::Mono,
             .width = 200,
             .hidden = true}};
}

TableRow scheduleRow(const Schedule& schedule, const ScheduleContext& known) {
    return {.id = schedule.id,
            .cells = {Cell(schedule.name), whenCell(schedule, known.predecessors),
                      Cell(trainsText(schedule, known.files)), Cell(windowsText(schedule.windows)),
                      Cell(schedule.nextStart), outcomeCell(schedule, known), Cell(schedule.status),
                      Cell(schedule.priority), Cell(schedule.createdAt), Cell(schedule.id)},
            .faded = schedule.status == QLatin1String("ended")};
}

std::optional<double> lastDuration(const Schedule& schedule, const ScheduleContext& known) {
    if (!schedule.lastStart)
        return std::nullopt;
    const Job job = known.jobs.value(schedule.lastStart->jobId);
    if (job.status != QLatin1String("succeeded") || !job.startedAt || !job.finishedAt)
        return std::nullopt;
    return double(*job.finishedAt - *job.startedAt);
}

}  // namespace hearth::ui
