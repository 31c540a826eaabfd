#include "ui/pages/schedules/cron_plan.h"

#include <QCoreApplication>
#include <QStringList>
#include <optional>

#include "ui/i18n/language.h"

namespace hearth::ui {
namespace {

struct Plans {
    Q_DECLARE_TR_FUNCTIONS(Schedules)
};

const QStringList kDays{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
const QVector<bool> kWeekdays{true, true, true, true, true, false, false};
const QVector<bool> kWeekend{false, false, false, false, false, true, true};

std::optional<int> wholeOf(const QString& text, int least, int most) {
    bool ok = false;
    const int value = text.toInt(&ok);
    return ok && value >= least && value <= most ? std::optional(value) : std::nullopt;
}

/// From Monday; cron's 0 and 7 are Sunday.
std::optional<int> dayOf(const QString& text) {
    if (const qsizetype named = kDays.indexOf(text.toLower()); named >= 0)
        return int(named);
    const auto number = wholeOf(text, 0, 7);
    return number ? std::optional((*number + 6) % 7) : std::nullopt;
}

QString clockText(int hour, int minute) {
    return QStringLiteral("%1:%2")
        .arg(hour, 2, 10, QLatin1Char('0'))
        .arg(minute, 2, 10, QLatin1Char('0'));
}

CronPlan custom(const QString& expression) {
    return {.every = Every::Custom, .expression = expression};
}

/// The five fields are there, the month is free, and minute and hour are numbers.
CronPlan planOfFields(const QStringList& fields, const QString& expression) {
    const auto minute = wholeOf(fields[0], 0, 59);
    const auto hour = wholeOf(fields[1], 0, 23);
    const QString& monthDay = fields[2];
    const QString& weekday = fields[4];
    CronPlan plan{.hour = hour.value_or(0), .minute = minute.value_or(0)};
    if (!minute || (!hour && fields[1] != "*"))
        return custom(expression);
    if (!hour) {
        plan.every = Every::Hour;
        return monthDay == "*" && weekday == "*" ? plan : custom(expression);
    }
    if (weekday == "*" && monthDay != "*") {
        const auto day = monthDay == "L" ? std::optional(0) : wholeOf(monthDay, 1, 31);
        plan.every = Every::Month;
        plan.monthDay = day.value_or(0);
        return day ? plan : custom(expression);
    }
    if (monthDay != "*")
        return custom(expression);
    if (weekday == "*")
        return plan;
    plan.days = daysOfText(weekday);
    plan.every = plan.days == kWeekdays ? Every::Weekdays : Every::SomeDays;
    if (plan.every == Every::Weekdays)
        plan.days = QVector<bool>(7, false);
    return plan.days.isEmpty() ? custom(expression) : plan;
}

}  // namespace

QVector<bool> daysOfText(const QString& text) {
    QVector<bool> days(7, false);
    for (const QString& entry : text.split(',')) {
        const QStringList ends = entry.split('-');
        const auto first = dayOf(ends.first());
        const auto last = dayOf(ends.last());
        if (ends.size() > 2 || !first || !last)
            return {};
        for (int day = *first;; day = (day + 1) % 7) {
            days[day] = true;
            if (day == *last)
                break;
        }
    }
    return days;
}

QString daysCode(const QVector<bool>& days) {
    QStringList names;
    for (int i = 0; i < days.size(); ++i)
        if (days[i])
            names.append(kDays[i]);
    return names.join(',');
}

QString daysText(const QVector<bool>& days) {
    if (!days.contains(false))
        return Plans::tr("Every day");
    if (days == kWeekdays)
        return Plans::tr("Weekdays");
    if (days == kWeekend)
        return Plans::tr("Weekends");
    const auto form = days.count(true) == 1 ? QLocale::LongFormat : QLocale::ShortFormat;
    QStringList names;
    for (int i = 0; i < days.size(); ++i)
        if (days[i])
            names.append(Language::instance().locale().standaloneDayName(i + 1, form));
    return names.join(QStringLiteral(", "));
}

CronPlan planOfCron(const QString& expression) {
    const QStringList fields = expression.simplified().split(' ');
    if (fields.size() != 5 || fields[3] != "*")
        return custom(expression);
    return planOfFields(fields, expression);
}

QString cronOf(const CronPlan& plan) {
    const QString at = QStringLiteral("%1 %2").arg(plan.minute).arg(plan.hour);
    switch (plan.every) {
        case Every::Hour:
            return QStringLiteral("%1 * * * *").arg(plan.minute);
        case Every::Day:
            return at + " * * *";
        case Every::Weekdays:
            return at + " * * mon-fri";
        case Every::SomeDays:
            return at + " * * " + daysCode(plan.days);
        case Every::Month:
            return at + ' ' + (plan.monthDay == 0 ? "L" : QString::number(plan.monthDay)) + " * *";
        case Every::Custom:
            break;
    }
    return plan.expression.simplified();
}

QString cronText(const QString& expression) {
    const CronPlan plan = planOfCron(expression);
    const QString clock = clockText(plan.hour, plan.minute);
    switch (plan.every) {
        case Every::Hour:
            return plan.minute == 0 ? Plans::tr("Every hour")
                                    : Plans::tr("Every hour at minute %1").arg(plan.minute);
        case Every::Day:
            return Plans::tr("Every day at %1").arg(clock);
        case Every::Weekdays:
            return Plans::tr("Weekdays at %1").arg(clock);
        case Every::SomeDays:
            return Plans::tr("%1 at %2", "days, time").arg(daysText(plan.days), clock);
        case Every::Month:
            return plan.monthDay == 0
                       ? Plans::tr("Last day of the month at %1").arg(clock)
                       : Plans::tr("Day %1 of the month at %2").arg(plan.monthDay).arg(clock);
        case Every::Custom:
            break;
    }
    static const QString kEveryMinutes = QStringLiteral("*/");
    const QStringList fields = expression.simplified().split(' ');
    const auto step = wholeOf(fields.first().mid(2), 1, 59);
    if (fields.first().startsWith(kEveryMinutes) && step && fields.mid(1).join("") == "****")
        return Plans::tr("Every %n minutes", nullptr, *step);
    return expression;
}

}  // namespace hearth::ui
