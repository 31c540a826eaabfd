#include "ui/pages/overview/day_history.h"

#include <cmath>
#include <limits>

namespace hearth::ui {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

}  // namespace

std::optional<double> meanWithin(const NodeMetrics& metrics, const QVector<double>& column,
                                 double from, double to) {
    double sum = 0;
    int count = 0;
    for (qsizetype i = 0; i < std::min(metrics.time.size(), column.size()); ++i) {
        if (metrics.time[i] < from || metrics.time[i] >= to || std::isnan(column[i]))
            continue;
        sum += column[i];
        ++count;
    }
    return count > 0 ? std::optional(sum / count) : std::nullopt;
}

std::optional<double> changeOf(double today, double yesterday) {
    return yesterday > 0 ? std::optional(today / yesterday - 1) : std::nullopt;
}

std::optional<double> changeSinceYesterday(const NodeMetrics& metrics,
                                           const QVector<double>& column, double now) {
    const auto today = meanWithin(metrics, column, now - kDaySeconds, now + 1);
    const auto before = meanWithin(metrics, column, now - 2 * kDaySeconds, now - kDaySeconds);
    return today && before ? changeOf(*today, *before) : std::nullopt;
}

std::vector<QPointF> todaysPoints(const NodeMetrics& metrics, const QVector<double>& column,
                                  double now) {
    std::vector<QPointF> points;
    const double longest = kGapIntervals * std::max(metrics.intervalSeconds, 1);
    for (qsizetype i = 0; i < std::min(metrics.time.size(), column.size()); ++i) {
        const double time = metrics.time[i];
        if (time < now - kDaySeconds)
            continue;
        if (!points.empty() && time - points.back().x() > longest)
            points.emplace_back(points.back().x() + 1, kNan);
        points.emplace_back(time, column[i]);
    }
    return points;
}

QVector<double> todaysShape(const NodeMetrics& metrics, const QVector<double>& column, double now,
                            int slices) {
    QVector<double> shape;
    const double begin = now - kDaySeconds, width = double(kDaySeconds) / slices;
    for (int i = 0; i < slices; ++i)
        shape.append(
            meanWithin(metrics, column, begin + i * width, begin + (i + 1) * width).value_or(kNan));
    return shape;
}

}  // namespace hearth::ui
