#include "ui/pages/schedules/schedule_texts.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QRegularExpression>
#include <QTimeZone>

#include "ui/i18n/format.h"
#include "ui/i18n/language.h"
#include "ui/pages/schedules/cron_plan.h"

namespace hearth::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Schedules)
};

QString clockOf(const QDateTime& time) {
    return time.toString("HH:mm");
}

QString dayText(const QDate& date, const QDate& today) {
    const QLocale locale = Language::instance().locale();
    return locale.toString(date, date.year() == today.year()
                                     ? Words::tr("ddd, d MMM", "a day in this year")
                                     : Words::tr("ddd, d MMM yyyy", "a day"));
}

QString windowDays(const QString& days) {
    if (days.isEmpty() || days == "daily")
        return Words::tr("Every day");
    if (days == "weekdays")
        return Words::tr("Weekdays");
    if (days == "weekends")
        return Words::tr("Weekends");
    const QVector<bool> known = daysOfText(days);
    return known.isEmpty() ? days : daysText(known);
}

}  // namespace

QString localText(const QString& isoLocal) {
    const QDateTime time = QDateTime::fromString(isoLocal.left(16), "yyyy-MM-ddTHH:mm");
    if (!time.isValid())
        return isoLocal;
    const QString utc = isoLocal.endsWith('Z') ? QStringLiteral(" UTC") : QString();
    return Words::tr("%1, %2", "day, time")
               .arg(dayText(time.date(), QDate::currentDate()), clockOf(time)) +
           utc;
}

QString comingText(qint64 unixSeconds, const QString& zone) {
    const QTimeZone known(zone.toLatin1());
    const QTimeZone shown =
        !zone.isEmpty() && known.isValid() ? known : QTimeZone::systemTimeZone();
    const QDateTime time = QDateTime::fromSecsSinceEpoch(unixSeconds, shown);
    const QDate today = QDateTime::currentDateTime().toTimeZone(shown).date();
    if (time.date() == today)
        return Words::tr("today %1").arg(clockOf(time));
    if (time.date() == today.addDays(1))
        return Words::tr("tomorrow %1").arg(clockOf(time));
    return Words::tr("%1, %2", "day, time").arg(dayText(time.date(), today), clockOf(time));
}

QString startDayText(const ComingStart& start) {
    const QDate day = QDate::fromString(start.local.left(10), Qt::ISODate);
    return day.isValid() ? dayText(day, QDate::currentDate()) : start.local;
}

QString startClockText(const ComingStart& start) {
    const auto clock = [](const QString& local) { return local.mid(11, 5); };
    if (!start.runsFrom)
        return Words::tr("%1, but no hours are allowed then").arg(clock(start.local));
    if (*start.runsFrom <= start.at)
        return clock(start.local);
    const bool sameDay = start.runsFromLocal.left(10) == start.local.left(10);
    return Words::tr("%1, runs from %2")
        .arg(clock(start.local),
             sameDay ? clock(start.runsFromLocal) : localText(start.runsFromLocal));
}

QString ownTimeZone() {
    const QString zone = QString::fromLatin1(QTimeZone::systemTimeZoneId());
    return zone.isEmpty() || zone == QLatin1String("Etc/UTC") ? QStringLiteral("UTC") : zone;
}

QString whenText(const Schedule& schedule, const Predecessors& predecessors) {
    const QString& value = schedule.whenValue;
    if (schedule.whenKind == QLatin1String("cron"))
        return cronText(value);
    if (schedule.whenKind == QLatin1String("at"))
        return Words::tr("Once, %1").arg(localText(value));
    if (schedule.whenKind == QLatin1String("on_change"))
        return Words::tr("When %1 changes").arg(value);
    if (schedule.whenKind != QLatin1String("after"))
        return value;
    const QString name = predecessors.value(value, value);
    return schedule.afterStatus == QLatin1String("ended")
               ? Words::tr("After %1, however it ends").arg(name)
               : Words::tr("After %1").arg(name);
}

QString windowText(const QString& window) {
    static const QRegularExpression kForm("^(?:(\\S+) )?(\\d\\d:\\d\\d)-(\\d\\d:\\d\\d)$");
    const auto match = kForm.match(window.simplified());
    if (!match.hasMatch())
        return window;
    return QStringLiteral("%1 %2–%3")
        .arg(windowDays(match.captured(1)), match.captured(2), match.captured(3));
}

QString windowsText(const QStringList& windows) {
    if (windows.isEmpty())
        return Words::tr("At any time");
    QStringList texts;
    for (const QString& window : windows)
        texts.append(windowText(window));
    return texts.join(QStringLiteral("; "));
}

QString trainsText(const Schedule& schedule, const QHash<QString, QString>& files) {
    const QString file = schedule.job.value("training_file").toString();
    const QString data = schedule.dataSet.isEmpty() ? files.value(file, file) : schedule.dataSet;
    const QString model = schedule.job.value("model").toString();
    return data.isEmpty() ? model : Words::tr("%1, %2", "model, data").arg(model, data);
}

QString scheduleStatusText(const QString& status) {
    if (status == QLatin1String("active"))
        return Words::tr("Active");
    if (status == QLatin1String("paused"))
        return Words::tr("Paused");
    return status == QLatin1String("ended") ? Words::tr("Ended") : status;
}

Tone scheduleStatusTone(const QString& status) {
    if (status == QLatin1String("active"))
        return Tone::Good;
    return status == QLatin1String("paused") ? Tone::Attention : Tone::Muted;
}

QString priorityText(const QString& priority) {
    if (priority == QLatin1String("low"))
        return Words::tr("Low");
    if (priority == QLatin1String("normal"))
        return Words::tr("Normal");
    if (priority == QLatin1String("high"))
        return Words::tr("High: before your department's other runs");
    return priority == QLatin1String("urgent") ? Words::tr("Urgent: before every other run")
                                               : priority;
}

QString missedText(const QString& missed, qint64 limit) {
    if (missed == QLatin1String("once"))
        return Words::tr("Make up for the last one");
    if (missed == QLatin1String("skip"))
        return Words::tr("Leave them out");
    return missed == QLatin1String("all")
               ? Words::tr("Make up for each, at most %1").arg(formatCount(limit))
               : missed;
}

QString overlapText(const QString& overlap) {
    if (overlap == QLatin1String("queue"))
        return Words::tr("Wait for it");
    return overlap == QLatin1String("skip") ? Words::tr("Leave the start out") : overlap;
}

}  // namespace hearth::ui
