#include <QPainter>
#include <QWidget>

#include "ui/theme/hearth_style_parts.h"
#include "ui/theme/icons.h"
#include "ui/theme/paint.h"
#include "ui/theme/theme.h"

namespace hearth::ui {

void paintTab(QPainter& painter, const QStyleOptionTab& option, const QWidget* widget) {
    const Colors& c = colors();
    const bool selected = option.state & QStyle::State_Selected;
    const QRect& r = option.rect;
    if (!selected && (option.state & QStyle::State_MouseOver) &&
        (option.state & QStyle::State_Enabled))
        paintBox(painter, r.adjusted(2, 4, -2, -4), mix(c.raised, c.text, 0.03));
    if (selected)
        painter.fillRect(QRect(r.left() + 12, r.bottom() - 1, r.width() - 24, 2), c.accent);
    if (selected && showsFocusRing(widget))
        paintFocusRing(painter, r.adjusted(2, 3, -2, -4));
}

void paintTabLabel(QPainter& painter, const QStyleOptionTab& option) {
    const Colors& c = colors();
    const bool selected = option.state & QStyle::State_Selected;
    painter.save();
    QColor ink = selected ? c.text : c.muted;
    if (!(option.state & QStyle::State_Enabled))
        ink = mix(c.surface, c.muted, 0.62);
    painter.setPen(ink);
    QRect room = option.rect.adjusted(12, 0, -12, 0);
    if (!option.icon.isNull()) {
        option.icon.paint(&painter, QRect(room.left(), room.top(), 16, room.height()));
        room.setLeft(room.left() + 22);
    }
    painter.drawText(room, Qt::AlignCenter | Qt::TextShowMnemonic | Qt::TextSingleLine,
                     option.text);
    painter.restore();
}

}  // namespace hearth::ui
