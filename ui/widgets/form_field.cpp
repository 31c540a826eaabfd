#include "ui/widgets/form_field.h"

#include <QAccessible>
#include <QHBoxLayout>
#include <QVBoxLayout>

#include "ui/i18n/language.h"
#include "ui/theme/paint.h"
#include "ui/widgets/icon_label.h"
#include "ui/widgets/label.h"

namespace hearth::ui {

FormField::FormField(QWidget* editor, QWidget* parent) : QWidget(parent), m_editor(editor) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    m_head = new QHBoxLayout;
    m_head->setSpacing(4);
    m_label = new Label(TextRole::BodyStrong);
    m_label->setBuddy(editor);
    m_mark = new Label("*", TextRole::BodyStrong, Tone::Bad);
    m_mark->hide();
    m_head->addWidget(m_label);
    m_head->addWidget(m_mark);
    m_head->addStretch(1);
    column->addLayout(m_head);
    column->addWidget(editor);
    m_errorRow = new QWidget;
    auto* errorRow = new QHBoxLayout(m_errorRow);
    errorRow->setContentsMargins(0, 0, 0, 0);
    errorRow->setSpacing(6);
    m_errorText = new Label(TextRole::Caption, Tone::Bad);
    m_errorText->setWordWrap(true);
    errorRow->addWidget(new IconLabel("error", 14, Tone::Bad), 0, Qt::AlignTop);
    errorRow->addWidget(m_errorText, 1);
    m_helpText = new Label(TextRole::Caption, Tone::Muted);
    m_helpText->setWordWrap(true);
    column->addWidget(m_errorRow);
    column->addWidget(m_helpText);
    showNotes();
    // The words "required" and "error" are ours, and follow the language.
    translated(this, [this] { describeEditor(); });
}

void FormField::setLabel(const QString& label) {
    m_label->setText(label);
    describeEditor();
}

void FormField::setHelp(const QString& help) {
    m_help = help;
    m_helpText->setText(help);
    showNotes();
    describeEditor();
}

void FormField::setRequired(bool required) {
    m_required = required;
    m_mark->setVisible(required);
    describeEditor();
}

void FormField::setError(const QString& error) {
    if (error == m_error)
        return;
    m_error = error;
    m_errorText->setText(error);
    setFaulty(target(), hasError());
    showNotes();
    describeEditor();
    if (hasError()) {
        QAccessibleEvent alert(target(), QAccessible::Alert);
        QAccessible::updateAccessibility(&alert);
    }
}

void FormField::setAccessory(QWidget* accessory) {
    m_head->addWidget(accessory);
}

QWidget* FormField::target() const {
    return m_editor->focusProxy() ? m_editor->focusProxy() : m_editor;
}

void FormField::showNotes() {
    m_errorRow->setVisible(hasError());
    m_helpText->setVisible(!hasError() && !m_help.isEmpty());
}

void FormField::describeEditor() {
    const QString label = m_label->text();
    target()->setAccessibleName(m_required ? tr("%1, required").arg(label) : label);
    target()->setAccessibleDescription(hasError() ? tr("Error: %1").arg(m_error) : m_help);
}

}  // namespace hearth::ui
