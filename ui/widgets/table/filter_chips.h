#pragma once
#include <QWidget>

#include "ui/widgets/table/arrangement.h"

class QMenu;

namespace hearth::ui {

class FilterChip;

/// The chips of a table: for each column that asks for them, one chip a value, or one chip with a
/// list. Values of a column widen each other; columns narrow each other.
class FilterChips : public QWidget {
    Q_OBJECT
public:
    explicit FilterChips(const Columns& columns, QWidget* parent = nullptr);

    bool isEmpty() const { return m_columns.empty(); }
    /// Columns with chips, by index.
    std::vector<int> columns() const;
    const QMap<int, QSet<QString>>& values() const { return m_values; }
    void setValues(const QMap<int, QSet<QString>>& values);
    void setCounts(const QMap<int, QHash<QString, int>>& counts);

signals:
    void changed();

private:
    struct ListChip {
        int column;
        FilterChip* chip;
        QMenu* menu;
    };
    struct ValueChip {
        int column;
        QString code;
        FilterChip* chip;
    };
    void addValueChips(int index);
    void addListChip(int index);
    void addGap();
    void showTexts();
    void showListText(const ListChip& list);
    void openList(const ListChip& list);
    void toggle(int column, const QString& code, bool on);

    const Columns& m_allColumns;
    std::vector<int> m_columns;
    std::vector<ValueChip> m_valueChips;
    std::vector<ListChip> m_listChips;
    QMap<int, QSet<QString>> m_values;
    QMap<int, QHash<QString, int>> m_counts;
};

}  // namespace hearth::ui
