// Headers, rows, branches, splitters.
#include <QPainter>
#include <QWidget>

#include "ui/theme/hearth_style_parts.h"
#include "ui/theme/icons.h"
#include "ui/theme/paint.h"
#include "ui/theme/theme.h"

namespace hearth::ui {

void paintHeaderSection(QPainter& painter, const QStyleOptionHeader& option) {
    const Colors& c = colors();
    const QRect& r = option.rect;
    const bool hovered =
        (option.state & QStyle::State_MouseOver) && (option.state & QStyle::State_Enabled);
    painter.fillRect(r, hovered ? c.raised : c.surface);
    painter.fillRect(QRect(r.left(), r.bottom(), r.width(), 1), c.border);
}

void paintHeaderEnd(QPainter& painter, const QRect& rect) {
    painter.fillRect(rect, colors().surface);
    painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), colors().border);
}

void paintHeaderLabel(QPainter& painter, const QStyleOptionHeader& option) {
    const Colors& c = colors();
    painter.save();
    const bool sorted = option.sortIndicator != QStyleOptionHeader::None;
    QFont font = fontFor(TextRole::Caption);
    font.setWeight(QFont::DemiBold);
    painter.setFont(font);
    painter.setPen(sorted ? c.text : c.muted);
    QRect room = option.rect.adjusted(12, 0, -12, -1);
    constexpr int kArrow = 14;
    const int spare = sorted ? kArrow + 4 : 0;
    const QString text =
        painter.fontMetrics().elidedText(option.text, Qt::ElideRight, room.width() - spare);
    const bool right = option.textAlignment & Qt::AlignRight;
    const int width = painter.fontMetrics().horizontalAdvance(text);
    const int x = right ? room.right() + 1 - width : room.left();
    painter.drawText(QRect(x, room.top(), width + 1, room.height()), Qt::AlignVCenter, text);
    if (sorted) {
        const int arrow = right ? x - kArrow - 4 : x + width + 4;
        paintIcon(painter, QRect(arrow, room.top(), kArrow, room.height()),
                  option.sortIndicator == QStyleOptionHeader::SortDown ? "sort_up" : "sort_down",
                  c.accent);
    }
    painter.restore();
}

void paintItemGround(QPainter& painter, const QStyleOptionViewItem& option, const QWidget* widget) {
    const Colors& c = colors();
    const bool selected = option.state & QStyle::State_Selected;
    const bool hovered =
        (option.state & QStyle::State_MouseOver) && (option.state & QStyle::State_Enabled);
    const QColor fill = selected ? c.accentSoft : hovered ? c.raised : QColor();
    const bool popup = widget && isComboPopup(widget->parentWidget());
    if (popup && (selected || hovered))
        paintBox(painter, option.rect.adjusted(4, 1, -4, -1), mix(c.raised, c.text, 0.05), {}, 4);
    else if (fill.isValid())
        painter.fillRect(option.rect, fill);
    else if (option.backgroundBrush.style() != Qt::NoBrush)
        painter.fillRect(option.rect, option.backgroundBrush);
}

void paintBranch(QPainter& painter, const QStyleOption& option) {
    if (!(option.state & QStyle::State_Children))
        return;
    const QRect& r = option.rect;
    paintIcon(painter, QRect(r.right() - 15, r.top(), 14, r.height()),
              option.state & QStyle::State_Open ? "chevron_down" : "chevron_right", colors().muted);
}

void paintSplitter(QPainter& painter, const QStyleOption& option) {
    const QRect& r = option.rect;
    const bool hot = option.state & (QStyle::State_MouseOver | QStyle::State_Sunken);
    const QColor ink = hot ? colors().accent : colors().border;
    // The handle is tall between columns, and wide between rows.
    const int thick = hot ? 2 : 1;
    if (r.height() > r.width())
        painter.fillRect(QRect(r.center().x(), r.top(), thick, r.height()), ink);
    else
        painter.fillRect(QRect(r.left(), r.center().y(), r.width(), thick), ink);
}

}  // namespace hearth::ui
