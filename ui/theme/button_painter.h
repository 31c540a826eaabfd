#pragma once
#include <QStyleOptionButton>

class QPainter;

namespace hearth::ui {

/// One primary a view; Quiet for the rest; Plain has no edge until hovered (tool bars, cards);
/// Destructive is quiet in the bad colour; DestructiveFilled only inside a confirmation.
enum class ButtonKind { Primary, Quiet, Plain, Destructive, DestructiveFilled };

struct ButtonLook {
    ButtonKind kind = ButtonKind::Quiet;
    QString icon;  // a name of theme/icons, or none
    bool ring = false;
    bool menu = false;  // a chevron at the right
};

/// Paints a push button with `option`'s rectangle, text and state.
void paintButton(QPainter& painter, const QStyleOptionButton& option, const ButtonLook& look);

/// Room for icon, text and chevron, 32 px high.
QSize buttonSize(const QFont& font, const QString& text, const ButtonLook& look);

}  // namespace hearth::ui
