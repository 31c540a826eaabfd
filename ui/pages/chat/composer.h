#pragma once
#include <QWidget>

namespace hearth::ui {

class Button;
class Label;
class PromptEdit;

/// The prompt and its button: Send, or Stop while an answer is on its way.
class Composer : public QWidget {
    Q_OBJECT
public:
    explicit Composer(QWidget* parent = nullptr);

    PromptEdit* edit() const { return m_edit; }
    Button* button() const { return m_button; }
    void setRunning(bool running);
    /// Why nothing can be sent now; empty: it can.
    void setBlocked(const QString& reason);
    void setText(const QString& text);

signals:
    /// Not empty, not in mid-composition. The edit is cleared.
    void sent(const QString& prompt);
    void stopped();

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void submit();
    void refresh();

    PromptEdit* m_edit;
    Button* m_button;
    Label* m_hint;
    QString m_blocked;
    bool m_running = false;
};

}  // namespace hearth::ui
