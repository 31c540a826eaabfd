// Numbers whose digits stand in columns. Qt 6.4 cannot ask a font for its tabular figures, so
// each digit is set into a cell as wide as the widest one.
#pragma once
#include <QFont>
#include <QRectF>
#include <QString>

class QPainter;

namespace hearth::ui {

/// Width in pixels of `text` with digits in cells.
qreal tabularWidth(const QFont& font, const QString& text);

/// Draws one line with the painter's font and pen. Only the horizontal part of `alignment`
/// matters; the line is centred vertically.
void drawTabular(QPainter& painter, const QRectF& rect, Qt::Alignment alignment,
                 const QString& text);

}  // namespace hearth::ui
