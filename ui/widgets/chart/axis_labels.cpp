// How an axis reads: the label functions of axis.h.
#include <QCoreApplication>
#include <QDateTime>
#include <algorithm>
#include <cmath>

#include "ui/i18n/format.h"
#include "ui/i18n/language.h"
#include "ui/widgets/chart/axis.h"

namespace hearth::ui {
namespace {

struct Axis {
    Q_DECLARE_TR_FUNCTIONS(Axis)
};

QString scientific(double value, int digits) {
    QString text = QString::number(value, 'e', digits);
    const qsizetype e = text.indexOf('e');
    QString mantissa = text.left(e);
    while (mantissa.contains('.') && (mantissa.endsWith('0') || mantissa.endsWith('.')))
        mantissa.chop(1);
    return mantissa + 'e' + QString::number(text.mid(e + 1).toInt());
}

bool tooSmallForDecimals(double value) {
    return value != 0 && std::abs(value) < 1e-3;
}

bool tooLargeForDigits(double value) {
    return std::abs(value) >= 1e9;
}

/// Digits behind the point that show multiples of `step`, as in 0.25 -> 2.
int digitsOf(double step) {
    for (int digits = 0; digits < 9; ++digits) {
        const double scaled = step * std::pow(10, digits);
        if (std::abs(scaled - std::round(scaled)) < 1e-6 * scaled + 1e-9)
            return digits;
    }
    return 9;
}

double smallestStep(const std::vector<double>& ticks) {
    double step = ticks.size() > 1 ? ticks[1] - ticks[0] : std::abs(ticks.front());
    for (size_t i = 1; i < ticks.size(); ++i)
        step = std::min(step, ticks[i] - ticks[i - 1]);
    return step > 0 ? step : 1;
}

QString clock(const QDateTime& time, double step) {
    return Language::instance().locale().toString(time.time(), step < 60 ? "HH:mm:ss" : "HH:mm");
}

QString timeTick(double seconds, double step) {
    const QDateTime time = QDateTime::fromSecsSinceEpoch(qint64(seconds));
    const bool midnight = time.time() == QTime(0, 0);
    if (step >= 24 * 3600 || midnight)
        return Language::instance().locale().toString(time.date(),
                                                      Axis::tr("d MMM", "a date on an axis"));
    return clock(time, step);
}

QString numberTick(double value, const std::vector<double>& ticks) {
    const double step = smallestStep(ticks);
    const double largest = std::max(std::abs(ticks.front()), std::abs(ticks.back()));
    if (value == 0)
        return "0";
    if (tooSmallForDecimals(largest) || tooLargeForDigits(largest))
        return scientific(value, 3);
    if (ticks.size() > 2 &&
        ticks[2] - ticks[1] > 1.5 * step)  // logarithmic: each in its own digits
        return tooSmallForDecimals(value) ? scientific(value, 1)
                                          : formatDecimal(value, digitsOf(std::abs(value)));
    return formatDecimal(value, digitsOf(step));
}

QString tickLabel(double value, const std::vector<double>& ticks, Quantity quantity) {
    switch (quantity) {
        case Quantity::Bytes:
            return formatBytes(value);
        case Quantity::Share:
            return formatPercent(value, std::max(0, digitsOf(smallestStep(ticks)) - 2));
        case Quantity::Seconds:
            return value == 0 ? QString("0") : formatDuration(value);
        case Quantity::Step:
            return formatCount(std::llround(value));
        case Quantity::Time:
            return timeTick(value, smallestStep(ticks));
        case Quantity::Number:
        case Quantity::Rate:
            break;
    }
    return numberTick(value, ticks);
}

/// Four significant digits, never fewer than the whole part.
QString numberLabel(double value) {
    if (tooSmallForDecimals(value) || tooLargeForDigits(value))
        return scientific(value, 3);
    const int whole = value == 0 ? 1 : int(std::floor(std::log10(std::abs(value)))) + 1;
    const bool isWhole = value == std::floor(value);
    return formatDecimal(value, isWhole ? 0 : std::clamp(4 - whole, 0, 6));
}

}  // namespace

std::vector<QString> tickLabels(const std::vector<double>& ticks, Quantity quantity) {
    std::vector<QString> labels;
    for (const double tick : ticks)
        labels.push_back(tickLabel(tick, ticks, quantity));
    return labels;
}

QString valueLabel(double value, Quantity quantity) {
    if (!std::isfinite(value))
        return QString(QChar(0x2013));
    switch (quantity) {
        case Quantity::Bytes:
            return formatBytes(value);
        case Quantity::Rate:
            return formatRate(value);
        case Quantity::Share:
            return formatPercent(value);
        case Quantity::Seconds:
            return value < 1 ? Axis::tr("%1 ms", "milliseconds").arg(numberLabel(value * 1000))
                             : formatDuration(value);
        case Quantity::Step:
            return Axis::tr("Step %1").arg(formatCount(std::llround(value)));
        case Quantity::Time:
            return Language::instance().locale().toString(
                QDateTime::fromSecsSinceEpoch(qint64(value)),
                Axis::tr("d MMM HH:mm:ss", "a moment in a chart"));
        case Quantity::Number:
            break;
    }
    return numberLabel(value);
}

}  // namespace hearth::ui
