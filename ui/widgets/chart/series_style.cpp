#include "ui/widgets/chart/series_style.h"

#include <QPainter>

#include "ui/theme/paint.h"
#include "ui/theme/theme.h"

namespace hearth::ui {
namespace {

QPolygonF diamond(const QPointF& at, qreal r) {
    return {at + QPointF(0, -r), at + QPointF(r, 0), at + QPointF(0, r), at + QPointF(-r, 0)};
}

QPolygonF triangle(const QPointF& at, qreal r) {
    return {at + QPointF(0, -r), at + QPointF(r, r * 0.8), at + QPointF(-r, r * 0.8)};
}

}  // namespace

QColor seriesColor(int series) {
    return colors().series[size_t(series) % colors().series.size()];
}

QColor paleOf(const QColor& color) {
    return mix(colors().surface, color, 0.38);
}

QPen seriesPen(int series, const QColor& color, qreal width) {
    static const QVector<qreal> kDashes[] = {{}, {5, 2.5}, {1.2, 2.2}, {6, 2, 1.2, 2}};
    QPen pen(color, width, Qt::SolidLine, Qt::FlatCap, Qt::RoundJoin);
    const QVector<qreal>& dash = kDashes[series % 4];
    if (!dash.isEmpty())
        pen.setDashPattern(dash);
    return pen;
}

void paintMarker(QPainter& painter, int series, const QPointF& at, const QColor& color) {
    if (series == 0)
        return;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(colors().surface, 1.2));
    painter.setBrush(color);
    switch (series % 4) {
        case 1:
            painter.drawEllipse(at, 3.8, 3.8);
            break;
        case 2:
            painter.drawRect(QRectF(at.x() - 3.4, at.y() - 3.4, 6.8, 6.8));
            break;
        case 3:
            painter.drawPolygon(triangle(at, 4.6));
            break;
        default:
            painter.drawPolygon(diamond(at, 4.8));
    }
    painter.restore();
}

void paintSwatch(QPainter& painter, int series, const QRectF& rect, const QColor& color) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(seriesPen(series, color, 2));
    painter.drawLine(QPointF(rect.left(), rect.center().y()),
                     QPointF(rect.right(), rect.center().y()));
    paintMarker(painter, series, rect.center(), color);
    painter.restore();
}

}  // namespace hearth::ui
