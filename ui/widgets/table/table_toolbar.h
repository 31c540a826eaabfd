#pragma once
#include <QWidget>

#include "ui/widgets/table/table_types.h"

class QHBoxLayout;
class QMenu;

namespace hearth::ui {

class Button;
class FilterChips;
class Label;
class SearchField;

/// Above a table: search field, chips, how many rows there are, columns, export.
class TableToolbar : public QWidget {
    Q_OBJECT
public:
    explicit TableToolbar(const Columns& columns, QWidget* parent = nullptr);

    SearchField* search() const { return m_search; }
    FilterChips* chips() const { return m_chips; }
    QMenu* columnMenu() const { return m_columnMenu; }
    QMenu* exportMenu() const { return m_exportMenu; }

    TableFilter filter() const;
    void setFilter(const TableFilter& filter);
    /// "12 rows", "3 of 12", "2 selected · 3 of 12".
    void setCounts(int shown, int total, int selected);
    /// Left of the column chooser.
    void addWidget(QWidget* widget);

signals:
    void filterChanged();
    /// Down in the search field.
    void leftDownwards();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void buildSearch();
    void buildButtons();
    void showCounts();

    FilterChips* m_chips;
    SearchField* m_search = nullptr;
    QHBoxLayout* m_right;
    Label* m_counts;
    Button* m_columns = nullptr;
    Button* m_export = nullptr;
    QMenu* m_columnMenu = nullptr;
    QMenu* m_exportMenu = nullptr;
    int m_shown = 0;
    int m_total = 0;
    int m_selected = 0;
};

}  // namespace hearth::ui
