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
    const TableRows& rows() const { return m_arrangement->rows; }
    /// Index into rows(), or -1.
    int indexOf(const QString& id) const { return m_arrangement->indexOf->value(id, -1); }
    /// Where a row is shown, or -1: not there, or filtered out.
    int shownAt(const QString& id) const;
    const TableRow& shownRow(int shown) const { return rows()[order()[size_t(shown)]]; }
    const std::vector<int>& order() const { return m_arrangement->order; }

    /// Takes new rows and their order in one step. Views are reset unless the same ids stay in the
    /// same order, in which case only changed cells are announced. Gives what was there before.
    std::shared_ptr<const Arrangement> apply(std::shared_ptr<const Arrangement> arrangement);
    void retranslate();

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    bool sameOrder(const Arrangement& other) const;
    void announceChanges();

    Columns m_columns;
    std::shared_ptr<const Arrangement> m_arrangement;  // never null
    mutable std::vector<int> m_shownAt;                // by index into rows(); filled on demand
};

}  // namespace hearth::ui
