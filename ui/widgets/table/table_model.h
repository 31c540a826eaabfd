#pragma once
#include <QAbstractTableModel>
#include <memory>

#include "ui/widgets/table/arrangement.h"

namespace hearth::ui {

/// The rows of a table in the order in which they are shown. Knows rows by their lasting ids.
class TableModel : public QAbstractTableModel {
    Q_OBJECT
public:
    explicit TableModel(Columns columns, QObject* parent = nullptr);

    const Columns& columns() const { return m_columns; }
    const TableRows& rows() const { return m_rows; }
    /// Rows are found by id in constant time from the first call after a change on.
    int indexOf(const QString& id) const;
    /// Where a row is shown, or -1: not there, or filtered out.
    int shownAt(const QString& id) const;
    const TableRow& shownRow(int shown) const { return m_rows[m_order[size_t(shown)]]; }
    const std::vector<int>& order() const { return m_order; }

    /// Takes new rows and their arrangement in one step. Views are reset unless the same ids stay
    /// in the same order, in which case only changed cells are announced.
    void apply(TableRows rows, std::vector<int> order);
    void retranslate();

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    bool sameOrder(const TableRows& rows, const std::vector<int>& order) const;
    void announceChanges();
    void learnIndices() const;
    void learnPlaces() const;

    Columns m_columns;
    TableRows m_rows;
    std::vector<int> m_order;
    // Filled on demand; a new order of the same rows keeps the first.
    mutable QHash<QString, int> m_indexOf;
    mutable std::vector<int> m_shownAt;  // by index into m_rows
};

}  // namespace hearth::ui
