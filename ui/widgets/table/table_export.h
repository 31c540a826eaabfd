// Rows as files and as clipboard text.
#pragma once
#include <QByteArray>

#include "ui/widgets/table/table_types.h"

namespace hearth::ui {

/// What goes out: rows and columns by index, in this order.
struct TableExtract {
    Columns columns;
    TableRows rows;
    std::vector<int> rowOrder;
    std::vector<int> columnOrder;
};

/// RFC 4180, UTF-8 with a byte order mark (spreadsheets take it for their own encoding otherwise),
/// the column ids as the first line. A text that a spreadsheet would run as a formula (=, +, -, @,
/// tab or return first) is led by an apostrophe. Any thread.
QByteArray toCsv(const TableExtract& extract);
/// An array of objects, keys by column id. Any thread.
QByteArray toJson(const TableExtract& extract);
/// For the clipboard: like CSV, with tabs between the cells; tabs and line ends inside cells
/// become blanks. Any thread.
QString toTsv(const TableExtract& extract);

}  // namespace hearth::ui
