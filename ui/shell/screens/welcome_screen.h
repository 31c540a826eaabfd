#pragma once
#include "ui/app_context.h"
#include "ui/shell/screens/screen_parts.h"

namespace hearth::ui {

class AddNodeForm;

/// First start, or another node.
class WelcomeScreen : public Screen {
    Q_OBJECT
public:
    explicit WelcomeScreen(AppContext& context, QWidget* parent = nullptr);

    void shown() override;

signals:
    void left();  // back to the present node

private:
    void showTexts();

    AppContext& m_context;
    AddNodeForm* m_form;
    Button* m_back;
};

}  // namespace hearth::ui
