#pragma once
#include <QTableView>

#include "ui/widgets/table/table_model.h"

namespace hearth::ui {

class CellDelegate;
class TableHeader;

/// Shows a TableModel: 36 px rows with hairlines between, whole rows selected, the row under the
/// pointer marked. Keeps selection, current row and scroll position by row id when the
/// arrangement changes.
class TableView : public QTableView {
    Q_OBJECT
public:
    explicit TableView(TableModel& model, QWidget* parent = nullptr);

    TableHeader* header() const { return m_header; }

    enum class Scroll { KeepTop, ShowCurrent };
    /// Puts rows and order into the model in one step. Gives what was there before.
    std::shared_ptr<const Arrangement> apply(const std::shared_ptr<const Arrangement>& arrangement,
                                             Scroll scroll);

    /// Grey bars instead of rows.
    void setSkeleton(bool on);

    QString currentId() const;
    /// Makes the row current and selects it alone; false when it is not shown.
    bool setCurrentId(const QString& id);
    /// Indices into the model's rows, in the order shown.
    std::vector<int> selectedIndices() const;
    QStringList selectedIds() const;

    /// Logical columns from the left, hidden ones left out.
    std::vector<int> visibleColumns() const;
    /// Gives what room is left to the stretching column.
    void fitColumns();

signals:
    void activatedRow(const QString& id);
    void currentIdChanged(const QString& id);
    void selectedIdsChanged();
    void menuRequested(const QPoint& global);
    void copyRequested();
    /// Up, pressed on the first row.
    void leftUpwards();

public slots:
    void clearSelectedRows();

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void keyboardSearch(const QString&) override {}
    void currentChanged(const QModelIndex& current, const QModelIndex& previous) override;
    void selectionChanged(const QItemSelection& selected,
                          const QItemSelection& deselected) override;

private:
    struct Anchor {
        QString topId;
        int offset = 0;  // pixels of the top row above the edge
        QString currentId;
        QStringList selected;
    };
    Anchor anchor() const;
    void restore(const Anchor& anchor, Scroll scroll);
    void restoreSelection(const QStringList& ids);
    void setHovered(int row);
    void updateRow(int row);
    void paintSkeleton(QPainter& painter);
    void paintFocus(QPainter& painter);
    int stretchColumn() const;

    TableModel& m_model;
    TableHeader* m_header;
    CellDelegate* m_delegate;
    QString m_announcedId;  // what currentIdChanged said last
    bool m_restoring = false;
    bool m_fitting = false;
    bool m_skeleton = false;
};

}  // namespace hearth::ui
