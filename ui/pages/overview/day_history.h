// The node's last two days, cut into today and yesterday.
#pragma once
#include <QPointF>
#include <optional>
#include <vector>

#include "ui/api_client/node_types.h"

namespace hearth::ui {

inline constexpr qint64 kDaySeconds = 24 * 3600;

/// Times of entries further apart than this many intervals mean that the node was down.
inline constexpr double kGapIntervals = 2.5;

/// Mean of the values in [from, to); none when there is no value.
std::optional<double> meanWithin(const NodeMetrics& metrics, const QVector<double>& column,
                                 double from, double to);

/// By which share today's mean differs from yesterday's; none without both, or from zero.
std::optional<double> changeSinceYesterday(const NodeMetrics& metrics,
                                           const QVector<double>& column, double now);
std::optional<double> changeOf(double today, double yesterday);

/// Today's points, with a gap wherever the node was down.
std::vector<QPointF> todaysPoints(const NodeMetrics& metrics, const QVector<double>& column,
                                  double now);
/// The same in `slices` equal parts of the day, for a sparkline; NaN where there is nothing.
QVector<double> todaysShape(const NodeMetrics& metrics, const QVector<double>& column, double now,
                            int slices = 96);

}  // namespace hearth::ui
