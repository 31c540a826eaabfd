#include "ui/theme/button_painter.h"

#include <QFontMetrics>
#include <QPainter>

#include "ui/theme/icons.h"
#include "ui/theme/paint.h"
#include "ui/theme/theme.h"

namespace hearth::ui {
namespace {

constexpr int kIcon = 16;
constexpr int kChevron = 14;
constexpr int kIconGap = 6;
constexpr int kPadding = 12;

struct Inks {
    QColor fill;
    QColor edge;
    QColor text;
};

bool isFilled(ButtonKind kind) {
    return kind == ButtonKind::Primary || kind == ButtonKind::DestructiveFilled;
}

QColor pressedTint(const QColor& fill, QStyle::State state, const QColor& towards) {
    if (state & QStyle::State_Sunken)
        return mix(fill, towards, 0.18);
    return state & QStyle::State_MouseOver ? mix(fill, towards, 0.1) : fill;
}

Inks filledInks(ButtonKind kind, QStyle::State state) {
    const Colors& c = colors();
    const bool accent = kind == ButtonKind::Primary;
    return {
        pressedTint(accent ? c.accent : c.bad, state, c.text), {}, accent ? c.onAccent : c.onBad};
}

Inks openInks(ButtonKind kind, QStyle::State state) {
    const Colors& c = colors();
    Inks inks{{}, {}, kind == ButtonKind::Destructive ? c.bad : c.text};
    if (kind != ButtonKind::Plain) {
        inks.fill = c.surface;
        inks.edge = mix(c.border, c.outline, 0.35);
    }
    const bool down = state & (QStyle::State_Sunken | QStyle::State_On);
    if (down)
        inks.fill = mix(c.raised, c.text, 0.08);
    else if (state & QStyle::State_MouseOver)
        inks.fill = kind == ButtonKind::Plain ? mix(c.raised, c.text, 0.03) : c.raised;
    return inks;
}

Inks inksOf(ButtonKind kind, QStyle::State state) {
    const Colors& c = colors();
    if (state & QStyle::State_Enabled)
        return isFilled(kind) ? filledInks(kind, state) : openInks(kind, state);
    const QColor pale = mix(c.surface, c.muted, 0.62);
    if (kind == ButtonKind::Plain)
        return {{}, {}, pale};
    return {isFilled(kind) ? mix(c.raised, c.border, 0.6) : c.surface, c.border, pale};
}

/// The ring stands off a filled button, or it would drown in it.
QRectF paintRing(QPainter& painter, const QRectF& rect, const ButtonLook& look) {
    if (!look.ring)
        return rect;
    paintFocusRing(painter, rect);
    return isFilled(look.kind) ? rect.adjusted(3, 3, -3, -3) : rect;
}

void paintContent(QPainter& painter, const QStyleOptionButton& option, const ButtonLook& look,
                  const QColor& ink) {
    const int padding = option.text.isEmpty() ? 0 : kPadding;
    QRect room = option.rect.adjusted(padding, 0, -padding, 0);
    if (look.menu && !option.text.isEmpty()) {
        const QRect chevron(room.right() - kChevron + 1, room.top(), kChevron, room.height());
        paintIcon(painter, chevron, "chevron_down", ink);
        room.setRight(chevron.left() - kIconGap);
    }
    const int icon = look.icon.isEmpty() ? 0 : kIcon;
    const int gap = icon && !option.text.isEmpty() ? kIconGap : 0;
    const QFontMetrics metrics(painter.font());
    const QString text = metrics.elidedText(option.text, Qt::ElideRight, room.width() - icon - gap,
                                            Qt::TextShowMnemonic);
    const int width =
        icon + gap + metrics.size(Qt::TextShowMnemonic | Qt::TextSingleLine, text).width();
    int x = room.left() + (room.width() - width) / 2;
    if (icon)
        paintIcon(painter, QRect(x, room.top(), kIcon, room.height()), look.icon, ink);
    x += icon + gap;
    painter.setPen(ink);
    painter.drawText(QRect(x, room.top(), room.right() - x + 1, room.height()),
                     Qt::AlignLeft | Qt::AlignVCenter | Qt::TextHideMnemonic, text);
}

}  // namespace

void paintButton(QPainter& painter, const QStyleOptionButton& option, const ButtonLook& look) {
    const Inks inks = inksOf(look.kind, option.state);
    const QRectF rect = option.rect;
    if (look.ring && isFilled(look.kind)) {
        paintBox(painter, paintRing(painter, rect, look), inks.fill, {}, metrics::kRadius - 3);
    } else {
        paintBox(painter, rect, inks.fill, inks.edge);
        paintRing(painter, rect, look);
    }
    paintContent(painter, option, look, inks.text);
}

QSize buttonSize(const QFont& font, const QString& text, const ButtonLook& look) {
    int width = 0;
    if (!text.isEmpty())
        width += QFontMetrics(font).size(Qt::TextShowMnemonic, text).width() + 2 * kPadding + 1;
    if (!look.icon.isEmpty())
        width += text.isEmpty() ? metrics::kControlHeight : kIcon + kIconGap;
    if (look.menu && !text.isEmpty())
        width += kChevron + kIconGap;
    return {std::max(width, metrics::kControlHeight), metrics::kControlHeight};
}

}  // namespace hearth::ui
