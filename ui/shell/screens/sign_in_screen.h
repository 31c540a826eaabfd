#pragma once
#include "ui/api_client/outcome.h"
#include "ui/app_context.h"
#include "ui/shell/screens/screen_parts.h"

namespace hearth::ui {

class FittingStack;
class Banner;
class FormField;
class LineField;
class PasswordField;
class SegmentedControl;
class Spinner;

/// By name and password, or by API key. What the node refuses is said at the field.
class SignInScreen : public Screen {
    Q_OBJECT
public:
    explicit SignInScreen(AppContext& context, QWidget* parent = nullptr);

    void shown() override;

private:
    QWidget* makePasswordPart();
    QWidget* makeKeyPart();
    void showTexts();
    void showNotes();
    void showPart(bool key);
    void submit();
    void conclude(const Outcome<Nothing>& outcome);
    bool check(LineField* field, FormField* row, const QString& error);
    void setBusy(bool busy);
    bool withKey() const;

    AppContext& m_context;
    Banner* m_trouble;
    SegmentedControl* m_kind;
    FittingStack* m_parts;
    LineField* m_user;
    FormField* m_userField;
    PasswordField* m_password;
    FormField* m_passwordField;
    PasswordField* m_key;
    FormField* m_keyField;
    Button* m_signIn;
    Button* m_ownKey;  // of a node on this computer
    Spinner* m_spinner;
    Label* m_keychain;
    bool m_busy = false;
};

}  // namespace hearth::ui
