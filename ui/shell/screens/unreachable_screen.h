#pragma once
#include <QTimer>

#include "ui/app_context.h"
#include "ui/shell/screens/screen_parts.h"

namespace hearth::ui {

class Banner;
class LogView;

/// Why the node cannot be reached, what to try, and when the console tries again. A node on this
/// computer can be started from here; when that fails, its last words are shown.
class UnreachableScreen : public Screen {
    Q_OBJECT
public:
    explicit UnreachableScreen(AppContext& context, QWidget* parent = nullptr);

    void shown() override;

protected:
    void hideEvent(QHideEvent* event) override;

private:
    void showTexts();
    void showCountdown();
    void showLocalNode();

    AppContext& m_context;
    Label* m_hints;
    Banner* m_failure;
    LogView* m_log;
    Label* m_countdown;
    Button* m_start;
    Button* m_retry;
    Button* m_forget;
    QTimer m_tick;
};

}  // namespace hearth::ui
