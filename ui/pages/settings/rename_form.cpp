#include "ui/pages/settings/rename_form.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

#include "ui/i18n/language.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/button.h"
#include "ui/widgets/form_field.h"
#include "ui/widgets/line_field.h"

namespace hearth::ui {

RenameForm::RenameForm(const QString& name, QWidget* parent) : QWidget(parent) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metrics::kGap);
    m_name = new LineField;
    m_name->setText(name);
    m_name->selectAll();
    m_field = new FormField(m_name);
    column->addWidget(m_field);
    auto* actions = new QHBoxLayout;
    actions->setSpacing(metrics::kGrid);
    m_save = new Button(ButtonKind::Primary);
    m_cancel = new Button;
    actions->addWidget(m_save);
    actions->addWidget(m_cancel);
    actions->addStretch(1);
    column->addLayout(actions);
    connect(m_save, &Button::clicked, this, &RenameForm::submit);
    connect(m_cancel, &Button::clicked, this, &RenameForm::finished);
    connect(m_name, &QLineEdit::returnPressed, this, &RenameForm::submit);
    connect(m_name, &QLineEdit::textEdited, this, [this] { m_field->setError({}); });
    translated(this, [this] {
        m_field->setLabel(tr("Name"));
        m_field->setHelp(tr("Only on this computer. The node keeps its own."));
        m_save->setText(tr("Rename"));
        m_cancel->setText(tr("Cancel"));
    });
}

void RenameForm::submit() {
    const QString name = m_name->text().trimmed();
    if (name.isEmpty()) {
        m_field->setError(tr("Type a name."));
        return;
    }
    emit renamed(name);
    emit finished();
}

}  // namespace hearth::ui
