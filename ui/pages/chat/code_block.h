#pragma once
#include <QWidget>

namespace hearth::ui {

class Button;
class Label;
class TextPane;

/// Code in an answer: its language, a button that copies it, and the code in monospace.
class CodeBlock : public QWidget {
    Q_OBJECT
public:
    explicit CodeBlock(const QString& language, QWidget* parent = nullptr);

    void append(const QString& text);
    QString code() const;
    Button* copyButton() const { return m_copy; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_language;
    Label* m_name;
    Button* m_copy;
    TextPane* m_pane;
};

}  // namespace hearth::ui
