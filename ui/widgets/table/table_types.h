// What a data table shows, as plain data: typed cells, rows with lasting ids, described columns.
#pragma once
#include <QHash>
#include <QList>
#include <QMap>
#include <QMetaType>
#include <QSet>
#include <QString>
#include <functional>
#include <limits>
#include <optional>
#include <vector>

#include "ui/widgets/label.h"

namespace hearth::ui {

enum class CellKind {
    Text,
    Mono,      // ids, digests, paths
    Number,    // whole
    Decimal,   // Column::digits after the point
    Bytes,     // powers of 1000
    Percent,   // share 0..1
    Duration,  // seconds
    Time,      // unix seconds: relative, the exact one as a tooltip
    Status,    // one of Column::values: the mark of its tone and its label
    Progress,  // share 0..1 as a bar
};

/// True for kinds whose cells are numbers: right-aligned but for Time and Progress.
bool isNumeric(CellKind kind);

/// A value of one cell. Which half counts is the column's kind: text for Text, Mono and Status
/// (there the value's code), the number otherwise. A missing value is empty, sorts last in both
/// directions and shows as a dash.
struct Cell {
    QString text;
    double number = std::numeric_limits<double>::quiet_NaN();
    /// Shown muted behind the text, and searched: "adapter of lite".
    QString note = {};

    Cell() = default;
    Cell(QString value) : text(std::move(value)) {}
    Cell(const char* value) : text(QString::fromUtf8(value)) {}
    Cell(double value) : number(value) {}
    Cell(qint64 value) : number(double(value)) {}
    Cell(int value) : number(value) {}
    template <typename T>
    Cell(const std::optional<T>& value) {
        if (value)
            *this = Cell(*value);
    }

    bool operator==(const Cell& other) const;
};

struct TableRow {
    QString id;         // unique in its table, the same for as long as the thing exists
    QList<Cell> cells;  // one for each column, in the order of the columns
    /// Struck from attention (revoked, deleted): drawn muted.
    bool faded = false;

    bool operator==(const TableRow& other) const = default;
};
using TableRows = QList<TableRow>;

/// One value that a Status column takes.
struct StatusValue {
    QString code;
    std::function<QString()> label;  // in the present language
    Tone tone = Tone::Normal;        // Normal draws no mark
};

struct Column {
    QString id;                      // names the column in layouts and exports; lasting
    std::function<QString()> title;  // in the present language
    CellKind kind = CellKind::Text;
    int width = 140;         // pixels at first
    bool stretch = false;    // takes what room is left; one a table
    bool hidden = false;     // at first; the column chooser shows it
    bool chips = false;      // Status only: a filter by value above the table
    bool chipsShown = true;  // false: a single chip that opens a list; for more than five values
    int digits = 1;          // Decimal only
    std::vector<StatusValue> values = {};
    /// How a cell reads, where the kind's own format is not right. GUI thread only; sorting still
    /// goes by the cell.
    std::function<QString(const Cell&)> format = {};
};
using Columns = std::vector<Column>;

struct SortOrder {
    int column = -1;  // index into the columns; negative: the order in which rows came
    Qt::SortOrder direction = Qt::AscendingOrder;

    bool operator==(const SortOrder&) const = default;
};

/// Which rows are shown: those that contain every word of `text` in some textual cell and have,
/// for each column of `values`, one of its codes.
struct TableFilter {
    QString text;
    QMap<int, QSet<QString>> values;

    bool isEmpty() const { return text.trimmed().isEmpty() && values.isEmpty(); }
    bool operator==(const TableFilter&) const = default;
};

}  // namespace hearth::ui
