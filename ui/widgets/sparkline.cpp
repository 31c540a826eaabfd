#include "ui/widgets/sparkline.h"

#include <QPainter>
#include <QPainterPath>
#include <cmath>

#include "ui/theme/theme.h"
#include "ui/widgets/chart/series_data.h"

namespace hearth::ui {
namespace {

/// Highest values in groups when there are more values than pixels, so that a peak stays.
QVector<double> fitted(const QVector<double>& values, int most) {
    const qsizetype group = (values.size() + most - 1) / std::max(most, 1);
    if (group <= 1)
        return values;
    QVector<double> fewer;
    for (qsizetype begin = 0; begin < values.size(); begin += group) {
        Extremes found;
        for (qsizetype i = begin; i < std::min(begin + group, values.size()); ++i)
            found.add(values[i]);
        fewer.append(found.empty() ? std::nan("") : found.highest);
    }
    return fewer;
}

Extremes extremesOf(const QVector<double>& values) {
    Extremes found;
    for (const double value : values)
        found.add(value);
    return found;
}

/// Pieces between gaps.
QVector<QPolygonF> linesOf(const QRectF& rect, const QVector<double>& values) {
    const Extremes ends = extremesOf(values);
    const double low = std::min(ends.lowest, 0.0);
    const double span = ends.highest > low ? ends.highest - low : 1;
    QVector<QPolygonF> lines(1);
    for (qsizetype i = 0; i < values.size(); ++i) {
        if (std::isnan(values[i])) {
            lines.append(QPolygonF());
            continue;
        }
        const double x = rect.left() + rect.width() * double(i) / double(values.size() - 1);
        lines.last().append({x, rect.bottom() - rect.height() * (values[i] - low) / span});
    }
    erase_if(lines, [](const QPolygonF& line) { return line.isEmpty(); });
    return lines;
}

void paintGround(QPainter& painter, const QRectF& rect, const QPolygonF& line) {
    QPainterPath path;
    path.addPolygon(line);
    path.lineTo(line.last().x(), rect.bottom());
    path.lineTo(line.first().x(), rect.bottom());
    QColor fill = colors().accent;
    fill.setAlphaF(0.12f);
    painter.fillPath(path, fill);
}

}  // namespace

Sparkline::Sparkline(QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

void Sparkline::setValues(const QVector<double>& values) {
    m_values = values;
    update();
}

void Sparkline::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    paintSparkline(painter, rect(), m_values);
}

void paintSparkline(QPainter& painter, const QRectF& rect, const QVector<double>& values) {
    const QRectF in = rect.adjusted(3, 3, -3, -1);
    const QVector<double> shown = fitted(values, int(in.width()));
    if (shown.size() < 2 || extremesOf(shown).empty())
        return;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const auto lines = linesOf(in, shown);
    for (const QPolygonF& line : lines) {
        paintGround(painter, in, line);
        painter.setPen(QPen(colors().accent, 1.5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter.drawPolyline(line);
    }
    if (!std::isnan(shown.last())) {
        painter.setPen(QPen(colors().surface, 1.5));
        painter.setBrush(colors().accent);
        painter.drawEllipse(lines.last().last(), 3, 3);
    }
    painter.restore();
}

}  // namespace hearth::ui
