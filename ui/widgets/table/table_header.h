#pragma once
#include <QHeaderView>

#include "ui/widgets/table/table_types.h"

namespace hearth::ui {

/// Column titles that sort. With the keyboard: Left and Right walk the titles, Space or Enter
/// sorts, Ctrl+Left and Ctrl+Right move a column, Shift+Left and Shift+Right resize it.
class TableHeader : public QHeaderView {
    Q_OBJECT
public:
    explicit TableHeader(QWidget* parent = nullptr);

    void setSort(SortOrder sort);
    SortOrder sort() const { return m_sort; }
    /// The section that the keyboard is on.
    int currentSection() const { return m_current; }

    QSize sizeHint() const override;

signals:
    void sortRequested(int section);

protected:
    void paintSection(QPainter* painter, const QRect& rect, int section) const override;
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    void step(int direction);
    void moveCurrent(int direction);
    void setCurrent(int section);
    /// The next shown section in visual order, or the given one at the end.
    int neighbour(int section, int direction) const;

    SortOrder m_sort;
    int m_current = 0;
};

}  // namespace hearth::ui
