#pragma once
#include <QTimer>

#include "ui/widgets/line_field.h"

namespace hearth::ui {

class Button;

/// Looks for something as one types: a lens, a button to clear, Esc clears.
class SearchField : public LineField {
    Q_OBJECT
public:
    static constexpr int kPauseMs = 150;

    explicit SearchField(QWidget* parent = nullptr);

    Button* clearButton() const { return m_clear; }

signals:
    /// 150 ms after the last key, at once when cleared or on Enter. Never in mid-composition.
    void searched(const QString& text);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void searchNow();

    Button* m_clear;
    QTimer m_pause;
};

}  // namespace hearth::ui
