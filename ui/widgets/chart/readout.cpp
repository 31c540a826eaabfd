#include "ui/widgets/chart/readout.h"

#include <QFontMetricsF>
#include <QPainter>
#include <algorithm>

#include "ui/theme/paint.h"
#include "ui/theme/tabular.h"
#include "ui/theme/theme.h"
#include "ui/widgets/chart/series_style.h"

namespace hearth::ui {
namespace {

constexpr double kPadding = 10;
constexpr double kRow = 18;
constexpr double kSwatch = 20;
constexpr double kSpace = 8;
constexpr double kColumnGap = 16;
constexpr double kWidestName = 220;
constexpr double kDistance = 12;  // from the cross-hair

struct Columns {
    double name = 0;
    double value = 0;
};

Columns columnsOf(const Readout& readout) {
    const QFont font = fontFor(TextRole::Caption);
    const QFontMetricsF metrics(font);
    Columns columns;
    for (const ReadoutRow& row : readout.rows) {
        columns.name = std::max(columns.name, metrics.horizontalAdvance(row.name));
        columns.value = std::max(columns.value, tabularWidth(font, row.value));
    }
    columns.name = std::min(std::ceil(columns.name), kWidestName);
    columns.value = std::ceil(columns.value);
    const double heading = tabularWidth(font, readout.heading);
    const double room = kSwatch + kSpace + columns.name + kColumnGap + columns.value;
    columns.name += std::max(0.0, std::ceil(heading - room));
    return columns;
}

QSizeF sizeOf(const Readout& readout, const Columns& columns) {
    const double width =
        2 * kPadding + kSwatch + kSpace + columns.name + kColumnGap + columns.value;
    return {width, 2 * kPadding - 4 + kRow * double(readout.rows.size() + 1)};
}

void paintRow(QPainter& painter, const QRectF& line, const ReadoutRow& row,
              const Columns& columns) {
    const QRectF swatch(line.left(), line.top(), kSwatch, line.height());
    if (row.series >= 0)
        paintSwatch(painter, row.series, swatch, seriesColor(row.series));
    painter.setPen(row.muted ? colors().muted : colors().text);
    const QRectF name(swatch.right() + kSpace, line.top(), columns.name, line.height());
    const QFontMetricsF metrics(painter.font());
    painter.drawText(name, Qt::AlignVCenter | Qt::AlignLeft,
                     metrics.elidedText(row.name, Qt::ElideMiddle, name.width()));
    drawTabular(painter, line, Qt::AlignRight, row.value);
}

}  // namespace

QRectF readoutRect(const QRectF& bounds, double atX, const Readout& readout) {
    const QSizeF size = sizeOf(readout, columnsOf(readout));
    double left = atX + kDistance;
    if (left + size.width() > bounds.right())
        left = atX - kDistance - size.width();
    left = std::clamp(left, bounds.left(), std::max(bounds.left(), bounds.right() - size.width()));
    return {QPointF(std::round(left), bounds.top() + kSpace), size};
}

void paintReadout(QPainter& painter, const QRectF& bounds, double atX, const Readout& readout) {
    const Columns columns = columnsOf(readout);
    const QRectF box = readoutRect(bounds, atX, readout);
    painter.save();
    paintShadow(painter, box);
    paintBox(painter, box, colors().surface, colors().border);
    painter.setFont(fontFor(TextRole::Caption));
    QRectF line(box.left() + kPadding, box.top() + kPadding - 2, box.width() - 2 * kPadding, kRow);
    painter.setPen(colors().muted);
    drawTabular(painter, line, Qt::AlignLeft, readout.heading);
    for (const ReadoutRow& row : readout.rows) {
        line.translate(0, kRow);
        paintRow(painter, line, row, columns);
    }
    painter.restore();
}

}  // namespace hearth::ui
