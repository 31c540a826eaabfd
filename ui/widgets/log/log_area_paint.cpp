#include <QPainter>
#include <QScrollBar>

#include "ui/theme/paint.h"
#include "ui/theme/theme.h"
#include "ui/widgets/log/log_area.h"
#include "ui/widgets/log/log_wrap.h"

namespace hearth::ui {
namespace {

constexpr int kPadding = 12;
constexpr int kTop = 4;

/// Draws text[begin, end) cell by cell: runs of single cells at once, wide characters in two cells
/// of their own, because a fallback font's Hangul is not exactly twice as wide.
void drawCells(QPainter& painter, QPointF at, qreal cell, QStringView text) {
    qsizetype i = 0;
    while (i < text.size()) {
        const qsizetype begin = i;
        const bool single = text[i].unicode() < 0x300;
        int cells = cellsAt(text, i++);
        while (i < text.size() && (single ? text[i].unicode() < 0x300 : cellsAt(text, i) == 0))
            cells += cellsAt(text, i++);
        painter.drawText(at, text.mid(begin, i - begin).toString());
        at.rx() += cells * cell;
    }
}

}  // namespace

void LogArea::paintSpan(QPainter& painter, const QRectF& room, const Row& row, qsizetype from,
                        qsizetype to, const QColor& ground) const {
    const QStringView text = m_buffer.line(row.line).text;
    const qreal left =
        room.left() + cellsOf(text.mid(row.begin, std::max(from, row.begin) - row.begin)) * m_cell;
    const qreal width = cellsOf(text.mid(std::max(from, row.begin), to - from)) * m_cell;
    painter.fillRect(QRectF(left, room.top(), std::max(width, m_cell / 2), room.height()), ground);
}

void LogArea::paintRow(QPainter& painter, const QRectF& room, const Row& row, qsizetype end) const {
    const LogLine& line = m_buffer.line(row.line);
    if (!m_needle.isEmpty()) {
        const QColor mark = mix(colors().surface, colors().attention, 0.3);
        for (qsizetype at = line.text.indexOf(m_needle, row.begin, Qt::CaseInsensitive);
             at >= 0 && at < end;
             at = line.text.indexOf(m_needle, at + m_needle.size(), Qt::CaseInsensitive))
            paintSpan(painter, room, row, at, std::min(at + m_needle.size(), end), mark);
    }
    const LogPosition from = std::max(selectionStart(), LogPosition{row.line, row.begin});
    const LogPosition to = std::min(selectionEnd(), LogPosition{row.line, end});
    if (hasSelection() && from <= to && selectionEnd() > LogPosition{row.line, row.begin})
        paintSpan(painter, room, row, from.column, to.column,
                  mix(colors().surface, colors().accent, 0.28));
    painter.setPen(toneColor(line.tone));
    const QFontMetricsF metrics(font());
    const QPointF base(room.left(), room.center().y() + (metrics.ascent() - metrics.descent()) / 2);
    drawCells(painter, base, m_cell, QStringView(line.text).mid(row.begin, end - row.begin));
}

void LogArea::paintEvent(QPaintEvent*) {
    QPainter painter(viewport());
    painter.fillRect(viewport()->rect(), colors().surface);
    painter.setFont(font());
    Row row = rowAt(verticalScrollBar()->value());
    const qreal left = kPadding - horizontalScrollBar()->value();
    for (int y = kTop; y < viewport()->height() && row.line >= 0; y += m_rowHeight) {
        const QString& text = m_buffer.line(row.line).text;
        const qsizetype end = rowEnd(text, row.begin, m_columns);
        paintRow(painter, QRectF(left, y, viewport()->width(), m_rowHeight), row, end);
        row.begin = end;
        if (end >= text.size())
            row = {row.line + 1 < m_buffer.end() ? row.line + 1 : -1, 0};
    }
    if (hasFocus() && showsFocusRing(this))
        paintFocusRing(painter, QRectF(viewport()->rect()).adjusted(1, 1, -1, -1));
}

}  // namespace hearth::ui
