#pragma once
#include "ui/app_context.h"
#include "ui/shell/screens/screen_parts.h"

namespace hearth::ui {

class Banner;
class FingerprintView;
class FormField;
class LineField;

/// Another certificate than the trusted one: a warning that takes effort to pass.
class CertificateChangedScreen : public Screen {
    Q_OBJECT
public:
    explicit CertificateChangedScreen(AppContext& context, QWidget* parent = nullptr);

    void shown() override;

private:
    void showTexts();
    void trust();
    bool isNameTyped() const;

    AppContext& m_context;
    Banner* m_warning;
    Label* m_meaning;
    FingerprintView* m_before;
    FingerprintView* m_now;
    Label* m_facts;
    LineField* m_name;
    FormField* m_nameField;
    Button* m_trust;
    Button* m_retry;
    Button* m_forget;
};

}  // namespace hearth::ui
