#pragma once
#include "ui/app_context.h"
#include "ui/shell/screens/screen_parts.h"

namespace hearth::ui {

class CopyField;
class FingerprintView;

/// A node met for the first time: its certificate is shown for comparison, to be trusted or not.
class CertificateUnknownScreen : public Screen {
    Q_OBJECT
public:
    explicit CertificateUnknownScreen(AppContext& context, QWidget* parent = nullptr);

    void shown() override { showTexts(); }

private:
    void showTexts();

    AppContext& m_context;
    FingerprintView* m_fingerprint;
    Label* m_facts;
    Label* m_howTo;
    CopyField* m_command;
    Button* m_trust;
    Button* m_cancel;
};

}  // namespace hearth::ui
