#pragma once
#include <QPushButton>

#include "ui/theme/button_painter.h"

namespace hearth::ui {

/// A push button, 32 px high, in one of the kit's kinds. Space, Enter and Return press it. With
/// an icon and no text it is a square whose name shows as a tooltip.
class Button : public QPushButton {
    Q_OBJECT
public:
    explicit Button(ButtonKind kind = ButtonKind::Quiet, QWidget* parent = nullptr);
    Button(ButtonKind kind, const QString& iconName, QWidget* parent = nullptr);

    void setKind(ButtonKind kind);
    ButtonKind kind() const { return m_look.kind; }
    /// A name of theme/icons, or empty for none.
    void setIconName(const QString& name);
    QString iconName() const { return m_look.icon; }
    /// Of an icon-only button: accessible name, and tooltip with the shortcut behind it.
    void setName(const QString& name);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    ButtonLook m_look;
};

}  // namespace hearth::ui
