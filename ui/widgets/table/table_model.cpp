#include "ui/widgets/table/table_model.h"

#include "ui/widgets/table/cell_text.h"

namespace hearth::ui {

TableModel::TableModel(Columns columns, QObject* parent)
    : QAbstractTableModel(parent), m_columns(std::move(columns)) {}

void TableModel::learnIndices() const {
    if (m_indexOf.size() == m_rows.size())
        return;
    m_indexOf.clear();
    m_indexOf.reserve(m_rows.size());
    for (int i = 0; i < int(m_rows.size()); ++i)
        m_indexOf.insert(m_rows[i].id, i);
}

void TableModel::learnPlaces() const {
    if (m_shownAt.size() == size_t(m_rows.size()))
        return;
    m_shownAt.assign(size_t(m_rows.size()), -1);
    for (size_t shown = 0; shown < m_order.size(); ++shown)
        m_shownAt[size_t(m_order[shown])] = int(shown);
}

int TableModel::indexOf(const QString& id) const {
    learnIndices();
    return m_indexOf.value(id, -1);
}

int TableModel::shownAt(const QString& id) const {
    const int index = indexOf(id);
    if (index < 0)
        return -1;
    learnPlaces();
    return m_shownAt[size_t(index)];
}

bool TableModel::sameOrder(const TableRows& rows, const std::vector<int>& order) const {
    if (order.size() != m_order.size())
        return false;
    for (size_t i = 0; i < order.size(); ++i) {
        if (rows[order[i]].id != m_rows[m_order[i]].id)
            return false;
    }
    return true;
}

void TableModel::announceChanges() {
    if (!m_order.empty())
        emit dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
}

void TableModel::apply(TableRows rows, std::vector<int> order) {
    const bool same = sameOrder(rows, order);
    if (!same)
        beginResetModel();
    if (rows.constData() != m_rows.constData())
        m_indexOf.clear();
    m_shownAt.clear();
    m_rows = std::move(rows);
    m_order = std::move(order);
    if (same)
        announceChanges();
    else
        endResetModel();
}

void TableModel::retranslate() {
    emit headerDataChanged(Qt::Horizontal, 0, columnCount() - 1);
    announceChanges();
}

int TableModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : int(m_order.size());
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
