#pragma once
#include <QWidget>

#include "ui/app_context.h"

namespace hearth::ui {

class Button;
class Label;

/// The status bar, there only while something is wrong: the node went away while pages show what
/// they knew of it.
class TroubleBar : public QWidget {
    Q_OBJECT
public:
    explicit TroubleBar(AppContext& context, QWidget* parent = nullptr);

protected:
    void paintEvent(QPaintEvent*) override;

private:
    void follow(bool away);
    void showTexts();

    AppContext& m_context;
    Label* m_text;
    Button* m_retry;
    Button* m_start;
};

}  // namespace hearth::ui
