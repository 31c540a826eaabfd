#pragma once
#include <QStyledItemDelegate>

#include "ui/widgets/table/table_types.h"

namespace hearth::ui {

inline constexpr int kCellPadding = 12;

/// Paints a row's cells: its ground (hovered, selected), the hairline under it, and the value by
/// the column's kind.
class CellDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void setHoveredRow(int row) { m_hovered = row; }
    int hoveredRow() const { return m_hovered; }

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    /// The exact time, or the whole of a text that is cut off.
    bool helpEvent(QHelpEvent* event, QAbstractItemView* view, const QStyleOptionViewItem& option,
                   const QModelIndex& index) override;

private:
    int m_hovered = -1;
};

/// Room that the cell wants, padding included.
int cellWidth(const Column& column, const Cell& cell);

}  // namespace hearth::ui
