#pragma once
#include <QCheckBox>

class QVariantAnimation;

namespace hearth::ui {

/// On or off, at once and without a Save button. A check box to the keyboard and to screen
/// readers.
class Switch : public QCheckBox {
    Q_OBJECT
public:
    explicit Switch(QWidget* parent = nullptr);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;
    bool hitButton(const QPoint& position) const override { return rect().contains(position); }

private:
    QVariantAnimation* m_glide;
    double m_knob = 0;  // 0 off, 1 on
};

}  // namespace hearth::ui
