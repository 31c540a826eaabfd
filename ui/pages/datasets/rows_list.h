#pragma once
#include <QTableView>

namespace hearth::ui {

class RowsModel;

/// The rows in sight: line number, what is asked, what is answered.
class RowsList : public QTableView {
    Q_OBJECT
public:
    explicit RowsList(RowsModel& model, QWidget* parent = nullptr);

signals:
    /// -1: none.
    void currentRowChanged(int row);
    /// Enter or double click.
    void opened(int row);

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void currentChanged(const QModelIndex& current, const QModelIndex& previous) override;
    void keyboardSearch(const QString&) override {}

private:
    RowsModel& m_model;
};

}  // namespace hearth::ui
