// Widgets side by side, wrapped into further lines where the width ends.
#pragma once
#include <QLayout>
#include <vector>

namespace hearth::ui {

class FlowLayout : public QLayout {
public:
    /// `spacing` between neighbours and between lines; no margin.
    FlowLayout(QWidget* parent, int spacing);
    ~FlowLayout() override;

    void addItem(QLayoutItem* item) override;
    int count() const override;
    QLayoutItem* itemAt(int index) const override;
    QLayoutItem* takeAt(int index) override;
    Qt::Orientations expandingDirections() const override { return {}; }
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize sizeHint() const override;
    QSize minimumSize() const override;
    void setGeometry(const QRect& rect) override;

private:
    int arrange(const QRect& rect, bool place) const;

    std::vector<QLayoutItem*> m_items;
};

}  // namespace hearth::ui
