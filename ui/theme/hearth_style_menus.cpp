// Menus, the lists of combo boxes, tool tips.
#include <QPainter>
#include <QWidget>

#include "ui/theme/corner_mask.h"
#include "ui/theme/hearth_style_parts.h"
#include "ui/theme/icons.h"
#include "ui/theme/paint.h"
#include "ui/theme/theme.h"

namespace hearth::ui {
namespace {

constexpr int kItemHeight = 32;
constexpr int kSeparatorHeight = 9;
constexpr int kPadding = 12;
constexpr int kIcon = 16;
constexpr int kIconColumn = kIcon + 10;

bool hasIconColumn(const QStyleOptionMenuItem& option) {
    return option.maxIconWidth > 0 || option.menuHasCheckableItems;
}

void paintLeadingMark(QPainter& painter, const QStyleOptionMenuItem& option) {
    const QRect square(option.rect.left() + kPadding, option.rect.top(), kIcon,
                       option.rect.height());
    if (option.checkType != QStyleOptionMenuItem::NotCheckable) {
        if (option.checked)
            paintIcon(painter, square, "check", colors().accent);
    } else if (!option.icon.isNull()) {
        const bool enabled = option.state & QStyle::State_Enabled;
        option.icon.paint(&painter, square, Qt::AlignCenter,
                          enabled ? QIcon::Normal : QIcon::Disabled);
    }
}

void paintTexts(QPainter& painter, const QStyleOptionMenuItem& option, const QColor& ink) {
    const QStringList texts = option.text.split('\t');
    QRect room = option.rect.adjusted(kPadding, 0, -kPadding, 0);
    if (hasIconColumn(option))
        room.setLeft(room.left() + kIconColumn);
    painter.setFont(option.font);
    painter.setPen(ink);
    painter.drawText(room, Qt::AlignVCenter | Qt::TextShowMnemonic | Qt::TextSingleLine,
                     texts.first());
    painter.setPen(colors().muted);
    if (texts.size() > 1)
        painter.drawText(room, Qt::AlignVCenter | Qt::AlignRight | Qt::TextSingleLine, texts[1]);
    if (option.menuItemType == QStyleOptionMenuItem::SubMenu)
        paintIcon(painter, QRect(room.right() - 13, room.top(), 14, room.height()), "chevron_right",
                  colors().muted);
}

}  // namespace

void roundCorners(QWidget* popup) {
    new CornerMask(popup);
}

void paintMenuPanel(QPainter& painter, const QRect& rect) {
    painter.fillRect(rect, colors().surface);
    paintBox(painter, rect, colors().surface, mix(colors().border, colors().outline, 0.35));
}

void paintMenuItem(QPainter& painter, const QStyleOptionMenuItem& option) {
    const Colors& c = colors();
    const QRect& r = option.rect;
    if (option.menuItemType == QStyleOptionMenuItem::Separator) {
        painter.fillRect(QRect(r.left() + kPadding, r.center().y(), r.width() - 2 * kPadding, 1),
                         c.border);
        return;
    }
    const bool enabled = option.state & QStyle::State_Enabled;
    if (enabled && (option.state & QStyle::State_Selected))
        paintBox(painter, r.adjusted(4, 1, -4, -1), mix(c.raised, c.text, 0.05), {}, 4);
    painter.save();
    const QColor ink = enabled ? c.text : mix(c.surface, c.muted, 0.62);
    paintLeadingMark(painter, option);
    paintTexts(painter, option, ink);
    painter.restore();
}

QSize menuItemSize(const QStyleOptionMenuItem& option) {
    if (option.menuItemType == QStyleOptionMenuItem::Separator)
        return {kItemHeight, kSeparatorHeight};
    const QFontMetrics metrics(option.font);
    const QStringList texts = option.text.split('\t');
    int width = 2 * kPadding + metrics.size(Qt::TextShowMnemonic, texts.first()).width() + 8;
    if (texts.size() > 1)
        width += 24 + metrics.horizontalAdvance(texts[1]);
    if (option.menuItemType == QStyleOptionMenuItem::SubMenu)
        width += 24;
    if (hasIconColumn(option))
        width += kIconColumn;
    return {std::max(width, 140), kItemHeight};
}

}  // namespace hearth::ui
