#include "ui/i18n/format.h"

#include <QCoreApplication>
#include <QDateTime>
#include <array>
#include <cmath>

#include "ui/i18n/language.h"

namespace hearth::ui {
namespace {

struct Format {
    Q_DECLARE_TR_FUNCTIONS(Format)
};

QLocale locale() {
    return Language::instance().locale();
}

constexpr qint64 kMinute = 60;
constexpr qint64 kHour = 60 * kMinute;
constexpr qint64 kDay = 24 * kHour;

}  // namespace

QString formatCount(qint64 value) {
    return locale().toString(value);
}

QString formatDecimal(double value, int digits) {
    return locale().toString(value, 'f', digits);
}

QString formatBytes(double bytes) {
    static constexpr std::array kUnits = {"B", "kB", "MB", "GB", "TB", "PB"};
    size_t unit = 0;
    while (std::abs(bytes) >= 999.95 && unit + 1 < kUnits.size()) {
        bytes /= 1000;
        ++unit;
    }
    const int digits = unit == 0 || std::abs(bytes) >= 99.95 ? 0 : 1;
    return formatDecimal(bytes, digits) + ' ' + kUnits[unit];
}

QString formatRate(double perSecond) {
    const int digits = perSecond >= 100 || perSecond == 0 ? 0 : perSecond >= 10 ? 1 : 2;
    return Format::tr("%1/s", "a rate: so many each second").arg(formatDecimal(perSecond, digits));
}

QString formatPercent(double share, int digits) {
    return formatDecimal(100 * share, digits) + " %";
}

QString formatDuration(double seconds) {
    const qint64 s = std::llround(std::max(seconds, 0.0));
    if (seconds < 9.95 && seconds != std::floor(seconds))
        return Format::tr("%1 s", "seconds").arg(formatDecimal(seconds, 1));
    if (s < kMinute)
        return Format::tr("%1 s", "seconds").arg(s);
    if (s < kHour)
        return Format::tr("%1 min %2 s").arg(s / kMinute).arg(s % kMinute);
    if (s < kDay)
        return Format::tr("%1 h %2 min").arg(s / kHour).arg(s % kHour / kMinute);
    return Format::tr("%1 d %2 h").arg(s / kDay).arg(s % kDay / kHour);
}

QString formatWhen(qint64 unixSeconds) {
    const QDateTime time = QDateTime::fromSecsSinceEpoch(unixSeconds);
    const QDateTime now = QDateTime::currentDateTime();
    const qint64 ago = time.secsTo(now);
    const QString clock = locale().toString(time.time(), "HH:mm");
    if (ago >= 0 && ago < 45)
        return Format::tr("just now");
    if (ago >= 0 && ago < kHour)
        return Format::tr("%1 min ago").arg(std::max<qint64>(ago / kMinute, 1));
    if (time.date() == now.date())
        return clock;
    if (time.date() == now.date().addDays(-1))
        return Format::tr("yesterday %1").arg(clock);
    const bool sameYear = time.date().year() == now.date().year();
    return locale().toString(time.date(), sameYear ? Format::tr("d MMM", "a date in this year")
                                                   : Format::tr("d MMM yyyy", "a date"));
}

QString formatExactly(qint64 unixSeconds) {
    const QDateTime time = QDateTime::fromSecsSinceEpoch(unixSeconds);
    return locale().toString(time, Format::tr("dddd, d MMMM yyyy, HH:mm:ss", "date and time")) +
           ' ' + time.timeZoneAbbreviation();
}

}  // namespace hearth::ui
