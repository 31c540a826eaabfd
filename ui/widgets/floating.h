#pragma once
#include <QWidget>

namespace hearth::ui {

/// A surface that floats: rounded, with the one shadow, which takes kShadowMargin on every side.
/// Its layout lies inside; set no margins on the widget itself.
class FloatingPanel : public QWidget {
    Q_OBJECT
public:
    explicit FloatingPanel(QWidget* parent = nullptr);

protected:
    void paintEvent(QPaintEvent*) override;
    void mousePressEvent(QMouseEvent* event) override;  // does not reach what lies below
};

}  // namespace hearth::ui
