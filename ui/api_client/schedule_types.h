// What a node says of its calendar. Times are Unix seconds; fields are those of docs/api.md.
#pragma once
#include <QJsonObject>
#include <QString>
#include <QStringList>
#include <QVector>
#include <optional>

namespace hearth::ui {

struct ScheduleStart {
    qint64 dueAt = 0;
    qint64 startedAt = 0;
    QString jobId;
};

struct Schedule {
    QString id;
    QString name;
    QString status;    // "active", "paused", "ended"
    QString whenKind;  // "cron", "at", "after", "on_change"
    QString whenValue;
    QString afterStatus;  // "succeeded", "ended"
    QString timeZone;
    QStringList windows;
    QStringList blackouts;
    QString dataSet;  // a file's name, whose newest upload each job takes
    QString missed;   // "once", "skip", "all"
    qint64 missedLimit = 0;
    QString overlap;   // "queue", "skip"
    QString priority;  // "low", "normal", "high", "urgent"
    QJsonObject job;   // the body of POST /v1/fine_tuning/jobs
    std::optional<qint64> nextStart;
    std::optional<ScheduleStart> lastStart;
    qint64 missedStarts = 0;
    QString note;  // why it ended
    qint64 createdAt = 0;
};

/// A start to come.
struct ComingStart {
    qint64 at = 0;
    QString local;                   // "2026-12-01T02:00" by the clocks of the schedule's zone
    std::optional<qint64> runsFrom;  // later than `at` where no window is open; none: never
    QString runsFromLocal;
};

struct ComingStarts {
    QString timeZone;
    QVector<ComingStart> starts;
};

}  // namespace hearth::ui
