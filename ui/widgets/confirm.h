// Decisions: asked over the window, without a nested event loop.
#pragma once
#include <QPointer>
#include <QWidget>
#include <functional>

class QLineEdit;

namespace hearth::ui {

class Button;
class FormField;
class Label;

struct ConfirmTexts {
    QString title;    // a question: "Delete the model llama-3?"
    QString message;  // what happens, and whether it can be undone
    QString confirm;  // the verb: "Delete model"
};

struct ConfirmRequest {
    /// Asked again when the language changes.
    std::function<ConfirmTexts()> texts;
    /// Must be typed, character by character, before the verb can be pressed. Empty: no typing.
    QString name;
    bool destructive = true;
    std::function<void()> confirmed;
    std::function<void()> cancelled;
};

/// Covers the window until answered. Esc, and a click beside the panel, cancel. Tab stays inside;
/// the focus returns to where it was. Deletes itself.
class Confirm : public QWidget {
    Q_OBJECT
public:
    /// Over the window of `anywhere`.
    static Confirm* ask(QWidget* anywhere, ConfirmRequest request);

    Button* confirmButton() const { return m_confirm; }
    Button* cancelButton() const { return m_cancel; }
    /// Null when no name is asked for.
    QLineEdit* nameEdit() const { return m_name; }
    void cancel();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    bool focusNextPrevChild(bool next) override;
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    Confirm(QWidget* window, ConfirmRequest request);
    void build();
    void showTexts();
    void accept();
    void finish(const std::function<void()>& then);

    ConfirmRequest m_request;
    QPointer<QWidget> m_focusBefore;
    QWidget* m_panel = nullptr;
    Label* m_title = nullptr;
    Label* m_message = nullptr;
    FormField* m_nameField = nullptr;
    QLineEdit* m_name = nullptr;
    Button* m_confirm = nullptr;
    Button* m_cancel = nullptr;
    bool m_done = false;
};

}  // namespace hearth::ui
