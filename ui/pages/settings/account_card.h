#pragma once
#include "ui/widgets/card.h"

namespace hearth::ui {

class Button;
class Label;
class SecretStore;
class Session;
class SettingRow;

/// Who is signed in, and what they may do.
class AccountCard : public Card {
    Q_OBJECT
public:
    AccountCard(Session& session, SecretStore& secrets, QWidget* parent = nullptr);

    Button* signOutButton() const { return m_signOut; }
    QString permissions() const;

private:
    void refresh();
    QString whoText() const;

    Session& m_session;
    SecretStore& m_secrets;
    Label* m_who;
    Label* m_expires;
    Label* m_may;
    Label* m_keychain;
    SettingRow* m_whoRow;
    SettingRow* m_expiresRow;
    SettingRow* m_mayRow;
    Button* m_signOut;
};

}  // namespace hearth::ui
