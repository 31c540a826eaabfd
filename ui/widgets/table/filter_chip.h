#pragma once
#include <QAbstractButton>

namespace hearth::ui {

/// A pill that keeps rows with one value when checked. Shows how many rows it would keep.
class FilterChip : public QAbstractButton {
    Q_OBJECT
public:
    explicit FilterChip(QWidget* parent = nullptr);

    /// Negative: none shown.
    void setCount(int count);
    /// A chevron at the right: the chip opens a list.
    void setOpensList(bool opens);

    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    QString countText() const;

    int m_count = -1;
    bool m_opensList = false;
};

}  // namespace hearth::ui
