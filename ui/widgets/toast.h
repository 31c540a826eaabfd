#pragma once
#include <QTimer>
#include <QWidget>

#include "ui/widgets/toasts.h"

namespace hearth::ui {

/// One notice. Deletes itself when its time is over, it is closed, or its action ran.
class Toast : public QWidget {
    Q_OBJECT
public:
    Toast(Tone tone, const QString& text, ToastAction action, QWidget* parent);

    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    Tone m_tone;
    QTimer m_life;
};

}  // namespace hearth::ui
