// What schedules do, in words of the console's language.
#pragma once
#include <QHash>
#include <QString>
#include <optional>

#include "ui/api_client/schedule_types.h"
#include "ui/widgets/label.h"

namespace hearth::ui {

/// What a schedule may wait for, by id: names of schedules, titles of runs.
using Predecessors = QHash<QString, QString>;

/// "Weekdays at 02:30", "After nightly", "When handbook.jsonl changes".
QString whenText(const Schedule& schedule, const Predecessors& predecessors = {});
/// "Weekdays 20:00–06:00"; what is not of the usual form stands as it is.
QString windowText(const QString& window);
/// All windows in one line; "At any time" without any.
QString windowsText(const QStringList& windows);
/// "hearth-demo, train.jsonl".
QString trainsText(const Schedule& schedule, const QHash<QString, QString>& files);

QString scheduleStatusText(const QString& status);
Tone scheduleStatusTone(const QString& status);
QString priorityText(const QString& priority);
QString missedText(const QString& missed, qint64 limit);
QString overlapText(const QString& overlap);

/// "Mon, 30 Nov, 02:30" of "2026-11-30T02:30"; with the year where it is not this one. What is no
/// time stands as it is.
QString localText(const QString& isoLocal);
/// "today 20:00", "tomorrow 02:30", "Mon 30 Nov, 02:30" by the clocks of a zone; of this computer
/// where the zone is empty or unknown here.
QString comingText(qint64 unixSeconds, const QString& zone = {});
/// "Mon, 30 Nov" and "02:30, runs from 20:00" of a start to come, by the clocks of its zone.
QString startDayText(const ComingStart& start);
QString startClockText(const ComingStart& start);
/// Of this computer: "UTC", "Asia/Seoul".
QString ownTimeZone();

}  // namespace hearth::ui
