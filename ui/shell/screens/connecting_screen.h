#pragma once
#include <QTimer>

#include "ui/app_context.h"
#include "ui/shell/screens/screen_parts.h"

namespace hearth::ui {

/// While a node has not answered yet; after five seconds it says what it waits for. Also while a
/// node on this computer is starting.
class ConnectingScreen : public Screen {
    Q_OBJECT
public:
    static constexpr int kPatienceMs = 5'000;

    explicit ConnectingScreen(AppContext& context, QWidget* parent = nullptr);

    void shown() override;

private:
    void showTexts();
    QString waitingFor() const;

    AppContext& m_context;
    QTimer m_patience;
    Label* m_waiting;
};

}  // namespace hearth::ui
