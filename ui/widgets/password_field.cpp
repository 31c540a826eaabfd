#include "ui/widgets/password_field.h"

#include "ui/i18n/language.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/button.h"

namespace hearth::ui {
namespace {

constexpr int kButton = 26;

}  // namespace

PasswordField::PasswordField(QWidget* parent) : LineField(parent) {
    m_show = new Button(ButtonKind::Plain, "eye", this);
    m_show->setCheckable(true);
    m_show->setFixedSize(kButton, kButton);
    m_show->setCursor(Qt::ArrowCursor);
    setTextMargins(0, 0, kButton + 2, 0);
    connect(m_show, &Button::toggled, this, &PasswordField::reveal);
    connect(this, &QLineEdit::textChanged, this, [this](const QString& text) {
        if (text.isEmpty())
            m_show->setChecked(false);
    });
    reveal(false);
    translated(this, [this] { reveal(m_show->isChecked()); });
}

void PasswordField::reveal(bool shown) {
    setEchoMode(shown ? QLineEdit::Normal : QLineEdit::Password);
    m_show->setIconName(shown ? "eye_off" : "eye");
    m_show->setName(shown ? tr("Hide what is typed") : tr("Show what is typed"));
}

void PasswordField::resizeEvent(QResizeEvent* event) {
    LineField::resizeEvent(event);
    const int inset = (height() - kButton) / 2;
    m_show->move(width() - kButton - inset, inset);
}

}  // namespace hearth::ui
