// A chart's visible points as a plain table.
#pragma once
#include <QAbstractTableModel>
#include <QTableView>

#include "ui/widgets/chart/chart_rows.h"

namespace hearth::ui {

class ChartTableModel : public QAbstractTableModel {
    Q_OBJECT
public:
    using QAbstractTableModel::QAbstractTableModel;

    void setRows(ChartRows rows, Quantity y, const QString& xName);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    ChartRows m_rows;
    Quantity m_quantity = Quantity::Number;
    QString m_xName;
};

/// Copies the selected rows with Ctrl+C, tabs between columns. Letters are left to the chart.
class ChartTable : public QTableView {
    Q_OBJECT
public:
    explicit ChartTable(QWidget* parent = nullptr);

    void setRows(ChartRows rows, Quantity y, const QString& xName);

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void copySelection() const;

    ChartTableModel* m_model;
};

}  // namespace hearth::ui
