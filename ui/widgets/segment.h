#pragma once
#include <QRadioButton>

namespace hearth::ui {

/// One choice of a SegmentedControl.
class Segment : public QRadioButton {
    Q_OBJECT
public:
    explicit Segment(const QString& iconName, QWidget* parent);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;
    bool hitButton(const QPoint& position) const override { return rect().contains(position); }

private:
    QString m_icon;
};

}  // namespace hearth::ui
