#pragma once
#include <QWidget>

namespace hearth::ui {

class TextPane;

/// What the user said, on a raised ground, no wider than it needs.
class PromptBubble : public QWidget {
    Q_OBJECT
public:
    explicit PromptBubble(const QString& text, QWidget* parent = nullptr);

    QSize sizeHint() const override;
    TextPane* pane() const { return m_pane; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    TextPane* m_pane;
    int m_naturalWidth;
};

}  // namespace hearth::ui
