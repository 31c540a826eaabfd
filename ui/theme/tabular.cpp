#include "ui/theme/tabular.h"

#include <QFontMetricsF>
#include <QPainter>

namespace hearth::ui {
namespace {

qreal cellWidth(const QFontMetricsF& metrics) {
    qreal widest = 0;
    for (char digit = '0'; digit <= '9'; ++digit)
        widest = std::max(widest, metrics.horizontalAdvance(QLatin1Char(digit)));
    return widest;
}

/// Calls visit(piece, width) for each digit, and for each run of other characters as a whole
/// so that their shaping and kerning stay.
template <typename Visit>
void forEachPiece(const QFontMetricsF& metrics, const QString& text, Visit visit) {
    const qreal cell = cellWidth(metrics);
    for (qsizetype i = 0; i < text.size();) {
        const qsizetype begin = i++;
        const bool digit = text[begin] >= u'0' && text[begin] <= u'9';
        while (!digit && i < text.size() && !(text[i] >= u'0' && text[i] <= u'9'))
            ++i;
        const QString piece = text.mid(begin, i - begin);
        visit(piece, digit ? cell : metrics.horizontalAdvance(piece));
    }
}

}  // namespace

qreal tabularWidth(const QFont& font, const QString& text) {
    qreal width = 0;
    forEachPiece(QFontMetricsF(font), text, [&](const QString&, qreal w) { width += w; });
    return width;
}

void drawTabular(QPainter& painter, const QRectF& rect, Qt::Alignment alignment,
                 const QString& text) {
    const QFontMetricsF metrics(painter.font());
    const qreal width = tabularWidth(painter.font(), text);
    qreal x = rect.left();
    if (alignment & Qt::AlignRight)
        x = rect.right() - width;
    else if (alignment & Qt::AlignHCenter)
        x = rect.center().x() - width / 2;
    const qreal y = rect.center().y() + (metrics.ascent() - metrics.descent()) / 2;
    forEachPiece(metrics, text, [&](const QString& piece, qreal w) {
        painter.drawText(QPointF(x + (w - metrics.horizontalAdvance(piece)) / 2, y), piece);
        x += w;
    });
}

}  // namespace hearth::ui
