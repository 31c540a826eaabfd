// How curves are told apart: colour, dash and marker together, never colour alone.
#pragma once
#include <QPen>
#include <QPointF>

class QPainter;

namespace hearth::ui {

QColor seriesColor(int series);
/// `color` mixed into the surface; opaque, so that overlaps do not darken.
QColor paleOf(const QColor& color);
/// The first curve is solid.
QPen seriesPen(int series, const QColor& color, qreal width = 1.6);
/// Filled, about 7 px. The first curve has none.
void paintMarker(QPainter& painter, int series, const QPointF& at, const QColor& color);
/// A short piece of the curve with its marker, for legends and read-outs.
void paintSwatch(QPainter& painter, int series, const QRectF& rect, const QColor& color);

}  // namespace hearth::ui
