// A schedule that somebody is about to make or change: what was entered, whether it can be, and
// what is sent.
#pragma once
#include <QJsonObject>
#include <QStringList>
#include <QVector>
#include <optional>

#include "ui/api_client/schedule_types.h"
#include "ui/pages/schedules/cron_plan.h"

namespace hearth::ui {

/// Hours in which jobs may run, as typed: "weekdays", "20:00", "06:00".
struct DraftWindow {
    QString days;
    QString from;
    QString to;

    bool operator==(const DraftWindow&) const = default;
};

struct ScheduleDraft {
    QString id;  // of the schedule that is changed; empty: a new one
    QString name;
    QString model;
    QString dataSet;       // name of a file, whose newest upload is taken
    QString trainingFile;  // or this very file
    QString suffix;
    QString epochs;  // numbers as typed; empty: the node decides
    QString learningRate;
    QJsonObject job;  // what the form does not show is kept

    QString whenKind = "cron";  // "cron", "at", "after", "on_change"
    CronPlan cron;
    QString time = "02:00";  // of `cron`, as typed
    QString at;              // as typed: "2026-12-01 02:00"
    QString after;
    QString afterStatus = "succeeded";

    QString timeZone = "UTC";
    QVector<DraftWindow> windows;
    QString blackouts;  // as typed, with commas
    QString missed = "once";
    qint64 missedLimit = 10;
    QString overlap = "queue";
    QString priority = "normal";
};

enum class ScheduleField {
    Name,
    Model,
    Data,
    Suffix,
    Epochs,
    LearningRate,
    Repeat,
    At,
    After,
    Zone,
    Windows,
    Blackouts,
    Missed,
    Overlap,
    Priority
};

struct ScheduleProblem {
    ScheduleField field;
    QString message;  // what to do, in the present language
};

/// Of a schedule as it is.
ScheduleDraft draftOf(const Schedule& schedule);

/// The first problem of each field; empty: it can be sent.
QVector<ScheduleProblem> problemsOf(const ScheduleDraft& draft);
/// Those of them that are about its times: what a preview needs.
QVector<ScheduleProblem> timeProblemsOf(const ScheduleDraft& draft);
/// Dates and ranges of what was typed with commas.
QStringList blackoutsOf(const QString& typed);
/// "2026-12-01T02:00" of "2026-12-01 02:00"; "now" stays.
QString momentOf(const QString& typed);

/// The body of POST /api/v1/schedules, which also changes one. REQUIRES: no problems.
QJsonObject bodyOf(const ScheduleDraft& draft);
/// What a preview of its starts needs of that; nothing while its times have problems.
std::optional<QJsonObject> previewOf(const ScheduleDraft& draft);
/// Which field a refusal of the node is about.
std::optional<ScheduleField> scheduleFieldOf(const QString& param, const QString& whenKind);

}  // namespace hearth::ui
