#include "ui/pages/api_keys/new_key_form.h"

#include <QVBoxLayout>

#include "ui/i18n/language.h"
#include "ui/models/session.h"
#include "ui/pages/api_keys/permission_picker.h"
#include "ui/widgets/button.h"
#include "ui/widgets/combo_box.h"
#include "ui/widgets/form_field.h"
#include "ui/widgets/label.h"
#include "ui/widgets/line_field.h"

namespace hearth::ui {
namespace {
constexpr int kUsualDays = 90;
}

NewKeyForm::NewKeyForm(AppContext& context, QWidget* parent)
    : QWidget(parent),
      m_context(context),
      m_name(new LineField),
      m_permissions(new PermissionPicker),
      m_expiry(new ComboBox),
      m_nameField(new FormField(m_name)),
      m_permissionsField(new FormField(m_permissions)),
      m_expiryField(new FormField(m_expiry)),
      m_error(new Label(TextRole::Body, Tone::Bad)),
      m_create(new Button(ButtonKind::Primary)) {
    m_error->setWordWrap(true);
    m_error->hide();
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metrics::kGap);
    for (QWidget* part :
         {static_cast<QWidget*>(m_nameField), static_cast<QWidget*>(m_expiryField),
          static_cast<QWidget*>(m_permissionsField), static_cast<QWidget*>(m_error)})
        column->addWidget(part);
    column->addWidget(m_create, 0, Qt::AlignRight);
    connect(m_create, &Button::clicked, this, &NewKeyForm::submit);
    connect(m_name, &QLineEdit::returnPressed, this, &NewKeyForm::submit);
    connect(m_permissions, &PermissionPicker::changed, this,
            [this] { m_permissionsField->setError({}); });
    translated(this, [this] { showTexts(); });
    m_expiry->setChoice(kUsualDays);
}

void NewKeyForm::showTexts() {
    m_nameField->setLabel(tr("Name"));
    m_nameField->setHelp(tr("The application that will use it, so that others know later."));
    m_permissionsField->setLabel(tr("What it may do"));
    m_expiryField->setLabel(tr("Expires"));
    m_expiryField->setHelp(tr("Applications then need a new key."));
    m_expiry->setChoices(
        {{30, tr("In 30 days")}, {90, tr("In 90 days")}, {365, tr("In a year")}, {0, tr("Never")}});
    m_create->setText(m_sending ? tr("Creating…") : tr("Create key"));
}

void NewKeyForm::reset() {
    m_name->clear();
    m_expiry->setChoice(kUsualDays);
    m_permissions->setGrantable(m_context.session.me().permissions);
    m_permissions->setChosen({core::Permission::UseModels});
    for (FormField* field : {m_nameField, m_permissionsField, m_expiryField})
        field->setError({});
    m_error->hide();
}

bool NewKeyForm::check() {
    m_error->hide();
    m_nameField->setError(m_name->text().trimmed().isEmpty() ? tr("Give it a name.") : QString());
    m_permissionsField->setError(m_permissions->chosen().isEmpty()
                                     ? tr("Choose at least one: a key without any can do nothing.")
                                     : QString());
    if (m_nameField->hasError())
        m_name->setFocus(Qt::OtherFocusReason);
    return !m_nameField->hasError() && !m_permissionsField->hasError();
}

void NewKeyForm::submit() {
    if (m_sending || !check())
        return;
    m_sending = true;
    m_create->setEnabled(false);
    showTexts();
    const int days = m_expiry->choice().toInt();
    m_context.session.api().createKey(m_name->text().trimmed(), m_permissions->chosen(),
                                      days > 0 ? std::optional(days) : std::nullopt, this,
                                      [this](const Outcome<NewApiKey>& outcome) {
                                          m_sending = false;
                                          m_create->setEnabled(true);
                                          showTexts();
                                          if (!outcome)
                                              return showFailure(outcome.failure());
                                          emit created(*outcome);
                                      });
}

void NewKeyForm::showFailure(const ApiFailure& failure) {
    if (failure.param == "name")
        return m_nameField->setError(failure.message);
    if (failure.param == "permissions")
        return m_permissionsField->setError(failure.message);
    m_error->setText(failure.message);
    m_error->show();
}

}  // namespace hearth::ui
