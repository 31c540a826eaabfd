#include "ui/pages/settings/account_card.h"

#include <QVBoxLayout>

#include "ui/i18n/format.h"
#include "ui/i18n/language.h"
#include "ui/i18n/permission_words.h"
#include "ui/models/session.h"
#include "ui/pages/settings/setting_row.h"
#include "ui/widgets/button.h"
#include "ui/widgets/label.h"

namespace hearth::ui {

AccountCard::AccountCard(Session& session, SecretStore& secrets, QWidget* parent)
    : Card(parent), m_session(session), m_secrets(secrets) {
    m_signOut = new Button(ButtonKind::Quiet, "log_out");
    addAction(m_signOut);
    m_who = new Label(TextRole::Body);
    m_expires = new Label(TextRole::Body);
    m_may = new Label(TextRole::Body);
    m_keychain = new Label(TextRole::Caption, Tone::Attention);
    for (Label* label : {m_who, m_may, m_keychain}) {
        label->setWordWrap(true);
        label->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    }
    m_whoRow = new SettingRow(m_who);
    m_expiresRow = new SettingRow(m_expires);
    m_mayRow = new SettingRow(m_may);
    for (SettingRow* row : {m_whoRow, m_expiresRow, m_mayRow})
        body()->addWidget(row);
    body()->addWidget(m_keychain);
    connect(&session, &Session::stateChanged, this, &AccountCard::refresh);
    connect(&secrets, &SecretStore::persistenceChanged, this, &AccountCard::refresh);
    connect(m_signOut, &Button::clicked, &session, &Session::signOut);
    translated(this, [this] {
        setTitle(tr("Account"));
        m_signOut->setText(tr("Sign out"));
        m_keychain->setText(
            tr("This system has no keychain: you are signed in until the console "
               "closes."));
        refresh();
    });
}

QString AccountCard::whoText() const {
    const Me& me = m_session.me();
    QStringList parts{me.name};
    if (me.kind == "api_key")
        parts << tr("API key");
    for (const QString& part : {me.role, me.department})
        if (!part.isEmpty())
            parts << part;
    return parts.join(QStringLiteral(" · "));
}

void AccountCard::refresh() {
    const Me& me = m_session.me();
    m_whoRow->setTexts(tr("Signed in as"));
    m_expiresRow->setTexts(tr("Signed in until"));
    m_mayRow->setTexts(tr("You may"));
    m_who->setText(whoText());
    if (me.expiresAt)
        m_expires->setText(formatExactly(*me.expiresAt));
    QStringList lines;
    for (const core::Permission permission : core::grantablePermissions())
        if (me.permissions.has(permission))
            lines << permissionWords(permission).title;
    const bool in = m_session.state() == SessionState::Ready;
    if (!in)
        m_who->setText(tr("Nobody is signed in."));
    m_expiresRow->setVisible(in && me.expiresAt);
    m_mayRow->setVisible(in);
    m_may->setText(lines.isEmpty() ? tr("Nothing yet. Ask an administrator.") : lines.join('\n'));
    m_keychain->setVisible(!m_secrets.isPersistent());
    m_signOut->setEnabled(in);
}

QString AccountCard::permissions() const {
    return m_may->text();
}

}  // namespace hearth::ui
