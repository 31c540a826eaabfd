// The console's table: give it columns once and rows whenever they change.
//
//     auto* table = new DataTable({
//         {.id = "name", .title = [] { return tr("Name"); }, .stretch = true},
//         {.id = "size", .title = [] { return tr("Size"); }, .kind = CellKind::Bytes},
//     });
//     table->setLayoutMemory(&context.preferences.settings(), "table/models");
//     table->setEmptyState({.icon = "models", .texts = [] { return TableEmptyTexts{...}; }});
//     table->setRows({{.id = "lite", .cells = {"lite", 31'000'000'000}}});
#pragma once
#include <QSettings>
#include <QTimer>
#include <QWidget>

#include "ui/widgets/table/arranger.h"
#include "ui/widgets/table/table_export.h"

class QMenu;
class QStackedWidget;

namespace hearth::ui {

class StateView;
class TableHeader;
class TableModel;
class TableToolbar;
class TableView;

struct TableEmptyTexts {
    QString title;        // "No models yet"
    QString sentence;     // what one is good for
    QString button = {};  // the next step; empty: none
};

/// What a table says when it has no rows at all. The button emits emptyActionRequested().
struct TableEmptyState {
    QString icon;
    std::function<TableEmptyTexts()> texts;  // in the present language
};

/// Something to do with rows, offered in their context menu and on its shortcut.
struct RowAction {
    std::function<QString()> label;
    QString icon = {};
    QKeySequence shortcut = {};
    bool many = false;                                     // also for several rows at once
    std::function<bool(const QStringList& ids)> may = {};  // greys it out; absent: always
    std::function<void(const QStringList& ids)> run;
};

/// Sorts and filters off the GUI thread once there are many rows; 100,000 stay fluid. Keeps
/// selection, current row and scroll position by row id when rows change.
/// Threading: GUI thread only.
class DataTable : public QWidget {
    Q_OBJECT
public:
    enum class State { Loading, Rows, Empty, NothingMatches, Failed };
    enum class ExportFormat { Csv, Json };

    /// Starts in Loading.
    explicit DataTable(Columns columns, QWidget* parent = nullptr);

    /// All rows, as they are now; those with known ids stay selected. Ends Loading and Failed.
    void setRows(TableRows rows);
    /// Adds the row, or replaces the one with its id.
    void upsertRow(const TableRow& row);
    void removeRow(const QString& id);
    const TableRows& rows() const { return m_rows; }

    /// Grey bars, unless there are rows to show meanwhile.
    void setLoading();
    /// Instead of the rows, with a button that emits retryRequested(). `details` can be copied:
    /// a request id. Rows that are there stay; then nothing happens.
    void setFailed(const QString& message, const QString& details = {});
    void setEmptyState(TableEmptyState state);
    State state() const { return m_state; }

    /// Restores what was kept under `key` and keeps it from now on. `settings` must outlive us.
    void setLayoutMemory(QSettings* settings, const QString& key);
    /// The order before anybody sorts; call before setLayoutMemory().
    void sortBy(const QString& columnId, Qt::SortOrder direction);
    SortOrder sort() const { return m_sort; }
    TableFilter filter() const;
    void setFilter(const TableFilter& filter);
    int columnIndex(const QString& id) const;

    QString currentRow() const;
    bool setCurrentRow(const QString& id);
    QStringList selectedRows() const;
    /// As shown from the top.
    QStringList shownRows() const;

    /// Null `label` texts make a separator.
    void addRowAction(RowAction action);
    /// Left of the column chooser.
    void addToolbarWidget(QWidget* widget);
    /// Sorting, filtering still under way on the worker.
    bool isArranging() const { return m_arranger.isBusy(); }

    /// Puts the selected rows onto the clipboard, tab-separated.
    void copySelection();
    /// Asks for a file name and exports there.
    void chooseExport(ExportFormat format);
    /// Writes what is shown (filter, order, columns) without blocking; then exported().
    void exportTo(const QString& path, ExportFormat format);

    TableView* view() const { return m_view; }
    TableToolbar* toolbar() const { return m_toolbar; }

signals:
    void rowActivated(const QString& id);  // Enter, double click
    void rowClicked(const QString& id);    // without Ctrl or Shift
    /// Empty when there is none.
    void currentRowChanged(const QString& id);
    void selectionChanged();
    void emptyActionRequested();
    void retryRequested();
    /// `error` is empty when all went well.
    void exported(const QString& path, const QString& error);
    void arranged();

private:
    void build();
    void connectView();
    void arrange(bool rowsChanged);
    ArrangeRequest makeRequest() const;
    void take(const std::shared_ptr<const Arrangement>& arrangement);
    void toggleSort(int column);
    void setSort(SortOrder sort);
    void showState();
    void showStateTexts();
    void setState(State state);
    void stateButtonPressed();
    void fillColumnMenu();
    void fillExportMenu();
    void openRowMenu(const QPoint& global);
    bool mayRun(const RowAction& action, const QStringList& ids) const;
    void rememberLayout();
    TableExtract extractOf(std::vector<int> rowOrder) const;
    void retranslate();

    Columns m_columns;
    TableRows m_rows;
    SortOrder m_sort;
    State m_state = State::Loading;
    QString m_failure;
    QString m_failureDetails;
    TableEmptyState m_empty;
    std::vector<RowAction> m_actions;
    QSettings* m_settings = nullptr;
    QString m_layoutKey;
    QTimer m_layoutTimer;  // widths change many times in one drag
    QTimer m_clock;        // relative times grow old
    bool m_loaded = false;
    bool m_rowsPending = false;  // the arrangement under way brings new rows

    TableModel* m_model;
    TableToolbar* m_toolbar;
    QStackedWidget* m_stack;
    TableView* m_view;
    StateView* m_stateView;
    QThreadPool m_exportPool;
    Arranger m_arranger;
};

}  // namespace hearth::ui
