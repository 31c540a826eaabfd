#include "ui/widgets/table/table_model.h"

#include "ui/widgets/table/cell_text.h"

namespace hearth::ui {

TableModel::TableModel(Columns columns, QObject* parent)
    : QAbstractTableModel(parent),
      m_columns(std::move(columns)),
      m_arrangement(std::make_shared<const Arrangement>(
          Arrangement{.indexOf = std::make_shared<const RowIndex>()})) {}

int TableModel::shownAt(const QString& id) const {
    const int index = indexOf(id);
    if (index < 0)
        return -1;
    if (m_shownAt.size() != size_t(rows().size())) {
        m_shownAt.assign(size_t(rows().size()), -1);
        for (size_t shown = 0; shown < order().size(); ++shown)
            m_shownAt[size_t(order()[shown])] = int(shown);
    }
    return m_shownAt[size_t(index)];
}

bool TableModel::sameOrder(const Arrangement& other) const {
    if (other.order.size() != order().size())
        return false;
    if (other.rows.constData() == rows().constData())
        return other.order == order();
    for (size_t i = 0; i < order().size(); ++i) {
        if (other.rows[other.order[i]].id != rows()[order()[i]].id)
            return false;
    }
    return true;
}

void TableModel::announceChanges() {
    if (!order().empty())
        emit dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
}

std::shared_ptr<const Arrangement> TableModel::apply(
    std::shared_ptr<const Arrangement> arrangement) {
    const bool same = sameOrder(*arrangement);
    if (!same)
        beginResetModel();
    m_shownAt.clear();
    auto before = std::exchange(m_arrangement, std::move(arrangement));
    if (same)
        announceChanges();
    else
        endResetModel();
    return before;
}

void TableModel::retranslate() {
    emit headerDataChanged(Qt::Horizontal, 0, columnCount() - 1);
    announceChanges();
}

int TableModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : int(order().size());
}

int TableModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : int(m_columns.size());
}

QVariant TableModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    const Column& column = m_columns[size_t(index.column())];
    const Cell& cell = cellOf(shownRow(index.row()), index.column());
    switch (role) {
        case Qt::DisplayRole:
        case Qt::AccessibleTextRole:
            return cellText(column, cell);
        case Qt::TextAlignmentRole:
            return int(alignmentOf(column) | Qt::AlignVCenter);
        default:
            return {};
    }
}

QVariant TableModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount())
        return {};
    const Column& column = m_columns[size_t(section)];
    if (role == Qt::DisplayRole || role == Qt::AccessibleTextRole)
        return column.title();
    if (role == Qt::TextAlignmentRole)
        return int(alignmentOf(column) | Qt::AlignVCenter);
    return {};
}

}  // namespace hearth::ui
