#include "ui/widgets/copy_field.h"

#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QTimer>

#include "ui/i18n/language.h"
#include "ui/theme/theme.h"
#include "ui/widgets/button.h"

namespace hearth::ui {
namespace {

constexpr int kSaidSoMs = 1500;

}  // namespace

CopyField::CopyField(QWidget* parent) : QWidget(parent) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(4);
    m_edit = new QLineEdit;
    m_edit->setReadOnly(true);
    QFont font = fontFor(TextRole::MonoCaption);
    font.setStyleStrategy(QFont::PreferNoShaping);  // no ligatures: "://" is three characters
    m_edit->setFont(font);
    m_copy = new Button(ButtonKind::Quiet, "copy");
    row->addWidget(m_edit, 1);
    row->addWidget(m_copy);
    setFocusProxy(m_edit);
    connect(m_copy, &Button::clicked, this, &CopyField::copy);
    translated(this, [this] { describe(); });
}

void CopyField::setValue(const QString& value) {
    m_edit->setText(value);
    m_edit->setCursorPosition(0);
}

QString CopyField::value() const {
    return m_edit->text();
}

void CopyField::setName(const QString& name) {
    m_name = name;
    describe();
}

void CopyField::copy() {
    QApplication::clipboard()->setText(value());
    m_copied = true;
    describe();
    QTimer::singleShot(kSaidSoMs, this, [this] {
        m_copied = false;
        describe();
    });
}

void CopyField::describe() {
    m_copy->setIconName(m_copied ? "check" : "copy");
    const QString action = m_name.isEmpty() ? tr("Copy") : tr("Copy %1").arg(m_name);
    m_copy->setName(m_copied ? tr("Copied") : action);
    m_edit->setAccessibleName(m_name.isEmpty() ? tr("Value to copy") : m_name);
}

}  // namespace hearth::ui
