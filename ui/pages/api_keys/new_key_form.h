#pragma once
#include <QWidget>

#include "ui/api_client/node_types.h"
#include "ui/app_context.h"

namespace hearth::ui {

class Button;
class ComboBox;
class FormField;
class Label;
class LineField;
class PermissionPicker;
struct ApiFailure;

/// Name, permissions and life of a new key.
class NewKeyForm : public QWidget {
    Q_OBJECT
public:
    explicit NewKeyForm(AppContext& context, QWidget* parent = nullptr);

    /// Empty, with what an application usually needs.
    void reset();
    LineField* name() const { return m_name; }
    PermissionPicker* permissions() const { return m_permissions; }
    ComboBox* expiry() const { return m_expiry; }
    Button* create() const { return m_create; }
    FormField* permissionsField() const { return m_permissionsField; }

signals:
    void created(const hearth::ui::NewApiKey& key);

private:
    void showTexts();
    void submit();
    bool check();
    void showFailure(const ApiFailure& failure);

    AppContext& m_context;
    LineField* m_name;
    PermissionPicker* m_permissions;
    ComboBox* m_expiry;
    FormField* m_nameField;
    FormField* m_permissionsField;
    FormField* m_expiryField;
    Label* m_error;
    Button* m_create;
    bool m_sending = false;
};

}  // namespace hearth::ui
