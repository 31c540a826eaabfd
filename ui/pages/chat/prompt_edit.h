#pragma once
#include <QPlainTextEdit>

namespace hearth::ui {

/// Where a prompt is written: Enter sends, Shift+Enter breaks the line. While a syllable is being
/// composed, Enter belongs to the composition. Grows from one line to eight.
class PromptEdit : public QPlainTextEdit {
    Q_OBJECT
public:
    explicit PromptEdit(QWidget* parent = nullptr);

    bool isComposing() const { return m_composing; }

signals:
    void submitted();

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void inputMethodEvent(QInputMethodEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void insertFromMimeData(const QMimeData* source) override;

private:
    void fit();

    bool m_composing = false;
};

}  // namespace hearth::ui
