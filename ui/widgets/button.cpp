#include "ui/widgets/button.h"

#include <QKeyEvent>
#include <QPainter>
#include <QStyleOptionButton>

#include "ui/theme/paint.h"
#include "ui/theme/theme.h"

namespace hearth::ui {

Button::Button(ButtonKind kind, QWidget* parent) : Button(kind, QString(), parent) {}

Button::Button(ButtonKind kind, const QString& iconName, QWidget* parent) : QPushButton(parent) {
    m_look.icon = iconName;
    setAttribute(Qt::WA_Hover);
    setAutoDefault(false);
    setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    setKind(kind);
}

void Button::setKind(ButtonKind kind) {
    m_look.kind = kind;
    const bool filled = kind == ButtonKind::Primary || kind == ButtonKind::DestructiveFilled;
    setFont(fontFor(filled ? TextRole::BodyStrong : TextRole::Body));
    update();
}

void Button::setIconName(const QString& name) {
    m_look.icon = name;
    updateGeometry();
    update();
}

void Button::setName(const QString& name) {
    setAccessibleName(name);
    const QString keys = shortcut().toString(QKeySequence::NativeText);
    setToolTip(keys.isEmpty() ? name : name + QStringLiteral(" (%1)").arg(keys));
}

QSize Button::sizeHint() const {
    ButtonLook look = m_look;
    look.menu = menu();
    return buttonSize(font(), text(), look);
}

QSize Button::minimumSizeHint() const {
    return sizeHint();
}

void Button::paintEvent(QPaintEvent*) {
    QStyleOptionButton option;
    initStyleOption(&option);
    ButtonLook look = m_look;
    look.ring = showsFocusRing(this);
    look.menu = menu();
    QPainter painter(this);
    paintButton(painter, option, look);
}

void Button::keyPressEvent(QKeyEvent* event) {
    if (event->key() != Qt::Key_Return && event->key() != Qt::Key_Enter)
        return QPushButton::keyPressEvent(event);
    if (!event->isAutoRepeat())
        click();
}

}  // namespace hearth::ui
