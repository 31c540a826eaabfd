// Curves onto pixels, whatever the number of points.
#pragma once
#include <QRectF>

#include "ui/widgets/chart/axis.h"
#include "ui/widgets/chart/chart_data.h"

class QPainter;

namespace hearth::ui {

struct PlotFrame {
    QRectF area;
    Scale x;
    Scale y;
    ScaleKind scale;
};

/// The pale raw line under the smooth one while smoothing. Clips to the area.
/// Cost: O(device pixels across + log points).
void paintCurve(QPainter& painter, const PlotFrame& frame, const ChartSeries& curve, int series);

/// Where the curve's point nearest to x stands; NaN coordinates when it has none there.
QPointF curvePoint(const PlotFrame& frame, const ChartSeries& curve, double x);

}  // namespace hearth::ui
