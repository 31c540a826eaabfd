// What stands in the window while there is no session to work in.
#pragma once
#include <QWidget>

#include "ui/app_context.h"
#include "ui/models/session.h"

namespace hearth::ui {

class FittingStack;
class Button;
class Screen;
class WelcomeScreen;

/// Follows session and local node: first start, connecting, certificates, sign-in, unreachable.
/// While the session is Ready it keeps the last screen, and is not to be shown.
class SessionScreen : public QWidget {
    Q_OBJECT
public:
    explicit SessionScreen(AppContext& context, QWidget* parent = nullptr);

    /// The one in front.
    Screen* screen() const;
    /// The way to add a node, until one is added or the person goes back.
    void addNode();

protected:
    void showEvent(QShowEvent* event) override;

private:
    QWidget* makeHead();
    QWidget* makeFoot();
    void follow();
    void bringForward(Screen* screen);
    void greet();
    Screen* screenFor(SessionState state) const;
    void showTexts();
    void openNodeMenu();
    void switchLanguage();

    AppContext& m_context;
    FittingStack* m_stack;
    WelcomeScreen* m_welcome;
    Screen* m_connecting;
    Screen* m_unknown;
    Screen* m_changed;
    Screen* m_signIn;
    Screen* m_unreachable;
    Button* m_nodes;
    Button* m_language;
    bool m_adding = false;
};

}  // namespace hearth::ui
