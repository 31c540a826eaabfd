#pragma once
#include <QTimer>
#include <QWidget>

namespace hearth::ui {

/// The outline of content that is on its way: lines of a given height. Appears after 200 ms, so
/// that a quick answer does not flash.
class Skeleton : public QWidget {
    Q_OBJECT
public:
    explicit Skeleton(int lines, int lineHeight = 36, QWidget* parent = nullptr);

    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    int m_lines;
    int m_lineHeight;
    int m_frame = 0;
    QTimer m_clock;
};

}  // namespace hearth::ui
