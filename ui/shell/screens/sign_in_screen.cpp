#include "ui/shell/screens/sign_in_screen.h"

#include <QHBoxLayout>

#include "ui/api_client/node_address.h"
#include "ui/i18n/language.h"
#include "ui/models/session.h"
#include "ui/shell/screens/fitting_stack.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/button.h"
#include "ui/widgets/form_field.h"
#include "ui/widgets/password_field.h"
#include "ui/widgets/segmented_control.h"
#include "ui/widgets/spinner.h"

namespace hearth::ui {
namespace {

const QString kPassword = "password";
const QString kKey = "key";

QVBoxLayout* plainColumn(QWidget* widget) {
    auto* column = new QVBoxLayout(widget);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metrics::kGap);
    return column;
}

}  // namespace

SignInScreen::SignInScreen(AppContext& context, QWidget* parent)
    : Screen(parent),
      m_context(context),
      m_trouble(new Banner),
      m_kind(new SegmentedControl),
      m_parts(new FittingStack),
      m_signIn(new Button(ButtonKind::Primary)),
      m_ownKey(new Button(ButtonKind::Quiet)),
      m_spinner(new Spinner),
      m_keychain(paragraph(TextRole::Caption, Tone::Muted)) {
    m_kind->addChoice(kPassword);
    m_kind->addChoice(kKey);
    m_parts->addWidget(makePasswordPart());
    m_parts->addWidget(makeKeyPart());
    m_signIn->setObjectName("sign-in");
    m_ownKey->setObjectName("sign-in-own-key");
    body()->addWidget(m_trouble);
    body()->addWidget(m_kind, 0, Qt::AlignLeft);
    body()->addWidget(m_parts);
    auto* row = new QHBoxLayout;
    row->setSpacing(metrics::kGrid);
    row->addWidget(m_signIn);
    row->addWidget(m_ownKey);
    row->addWidget(m_spinner);
    row->addStretch(1);
    body()->addLayout(row);
    body()->addWidget(m_keychain);
    connect(m_kind, &SegmentedControl::chosen, this,
            [this](const QVariant& kind) { showPart(kind == kKey); });
    connect(m_signIn, &Button::clicked, this, &SignInScreen::submit);
    connect(m_ownKey, &Button::clicked, &context.session, &Session::retry);
    for (LineField* field :
         {m_user, static_cast<LineField*>(m_password), static_cast<LineField*>(m_key)})
        connect(field, &QLineEdit::returnPressed, this, &SignInScreen::submit);
    connect(&context.session, &Session::stateChanged, this, &SignInScreen::showNotes);
    connect(&context.secrets, &SecretStore::persistenceChanged, this, &SignInScreen::showNotes);
    translated(this, [this] { showTexts(); });
}

QWidget* SignInScreen::makePasswordPart() {
    m_user = new LineField;
    m_user->setObjectName("sign-in-user");
    m_user->setInputMethodHints(Qt::ImhNoAutoUppercase);
    m_userField = new FormField(m_user);
    m_password = new PasswordField;
    m_password->setObjectName("sign-in-password");
    m_passwordField = new FormField(m_password);
    connect(m_user, &QLineEdit::textEdited, this, [this] { m_userField->setError({}); });
    connect(m_password, &QLineEdit::textEdited, this, [this] { m_passwordField->setError({}); });
    auto* part = new QWidget;
    auto* column = plainColumn(part);
    column->addWidget(m_userField);
    column->addWidget(m_passwordField);
    return part;
}

QWidget* SignInScreen::makeKeyPart() {
    m_key = new PasswordField;
    m_key->setObjectName("sign-in-key");
    m_keyField = new FormField(m_key);
    connect(m_key, &QLineEdit::textEdited, this, [this] { m_keyField->setError({}); });
    auto* part = new QWidget;
    auto* column = plainColumn(part);
    column->addWidget(m_keyField);
    column->addStretch(1);
    return part;
}

bool SignInScreen::withKey() const {
    return m_parts->currentIndex() == 1;
}

void SignInScreen::shown() {
    const auto& profile = m_context.session.profile();
    setBusy(false);
    m_user->setText(profile ? profile->user : QString());
    m_password->clear();
    m_key->clear();
    for (FormField* row : {m_userField, m_passwordField, m_keyField})
        row->setError({});
    showTexts();
    showPart(withKey());
}

void SignInScreen::showPart(bool key) {
    m_kind->setChoice(key ? kKey : kPassword);
    m_parts->setCurrentIndex(key ? 1 : 0);
    QWidget* first = m_user->text().isEmpty() ? m_user : static_cast<QWidget*>(m_password);
    (key ? static_cast<QWidget*>(m_key) : first)->setFocus();
}

void SignInScreen::showTexts() {
    m_kind->setAccessibleName(tr("Way to sign in"));
    m_kind->setText(0, tr("Password"));
    m_kind->setText(1, tr("API key"));
    m_userField->setLabel(tr("User name"));
    m_passwordField->setLabel(tr("Password"));
    m_keyField->setLabel(tr("API key"));
    m_keyField->setHelp(tr("Begins with hk_. The console may then do what the key may do."));
    m_signIn->setText(tr("Sign in"));
    m_ownKey->setText(tr("Use this computer's key"));
    m_keychain->setText(
        tr("This computer has no keychain. You stay signed in until the console "
           "closes."));
    showNotes();
}

void SignInScreen::showNotes() {
    const Session& session = m_context.session;
    const auto& profile = session.profile();
    if (!profile)
        return;
    setTitle(tr("Sign in to %1").arg(profile->name));
    setSentence(placeOf(profile->url));
    m_trouble->setText(session.trouble());
    m_trouble->setVisible(!session.trouble().isEmpty());
    m_ownKey->setVisible(profile->isLocal());
    m_keychain->setVisible(!m_context.secrets.isPersistent());
}

bool SignInScreen::check(LineField* field, FormField* row, const QString& error) {
    if (!field->text().isEmpty())
        return true;
    row->setError(error);
    field->setFocus();
    return false;
}

void SignInScreen::submit() {
    if (m_busy)
        return;
    const auto then = [this](const Outcome<Nothing>& outcome) { conclude(outcome); };
    if (withKey()) {
        if (!check(m_key, m_keyField, tr("Paste the key that was shown when it was made.")))
            return;
        setBusy(true);
        m_context.session.signInWithKey(m_key->text(), then);
        return;
    }
    if (!check(m_user, m_userField, tr("Type your user name.")) ||
        !check(m_password, m_passwordField, tr("Type your password.")))
        return;
    setBusy(true);
    m_context.session.signIn(m_user->text().trimmed(), m_password->text(), then);
}

void SignInScreen::conclude(const Outcome<Nothing>& outcome) {
    setBusy(false);
    if (outcome) {
        m_password->clear();
        m_key->clear();
        return;
    }
    FormField* row = withKey() ? m_keyField : m_passwordField;
    LineField* field = withKey() ? m_key : m_password;
    row->setError(outcome.failure().message);
    field->selectAll();
    field->setFocus();
}

void SignInScreen::setBusy(bool busy) {
    m_busy = busy;
    m_signIn->setEnabled(!busy);
    if (busy)
        m_spinner->start();
    else
        m_spinner->stop();
}

}  // namespace hearth::ui
