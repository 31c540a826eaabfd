// The cron expressions that people mean, as choices; the rest stays an expression.
#pragma once
#include <QString>
#include <QVector>

namespace hearth::ui {

enum class Every { Hour, Day, Weekdays, SomeDays, Month, Custom };

struct CronPlan {
    Every every = Every::Day;
    int hour = 2;
    int minute = 0;
    QVector<bool> days = QVector<bool>(7, false);  // from Monday, of SomeDays
    int monthDay = 1;                              // of Month; 0: the last
    QString expression;                            // of Custom

    bool operator==(const CronPlan&) const = default;
};

/// Custom for whatever is not one of the choices.
CronPlan planOfCron(const QString& expression);
/// REQUIRES: SomeDays has a day.
QString cronOf(const CronPlan& plan);
/// "Weekdays at 02:30", in the present language; an expression that is none of the choices stands
/// as it is.
QString cronText(const QString& expression);

/// "Mon, Wed, Fri" of days from Monday, in the present language.
QString daysText(const QVector<bool>& days);
/// Of "mon,wed-fri" or numbers (0 and 7 are Sunday); empty when it is not that.
QVector<bool> daysOfText(const QString& text);
/// "mon,wed,fri", as nodes take it.
QString daysCode(const QVector<bool>& days);

}  // namespace hearth::ui
