#pragma once
#include <QWidget>

class QHBoxLayout;
class QVBoxLayout;

namespace hearth::ui {

class Label;

/// A surface with a hairline around it and 16 px inside. The heading appears once it has a
/// title or an action.
class Card : public QWidget {
    Q_OBJECT
public:
    explicit Card(QWidget* parent = nullptr);

    void setTitle(const QString& title);
    /// One sentence under the title.
    void setHelp(const QString& help);
    /// At the right of the heading.
    void addAction(QWidget* action);
    using QWidget::addAction;
    /// Where the content goes; 16 px between its parts.
    QVBoxLayout* body() const { return m_body; }
    /// 16 by default; 0 for tables, that reach the edge.
    void setPadding(int pixels);

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    QWidget* m_heading;
    Label* m_title;
    Label* m_help;
    QHBoxLayout* m_actions;
    QVBoxLayout* m_body;
};

}  // namespace hearth::ui
