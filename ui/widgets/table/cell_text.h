// How cells read: in the table, in a tooltip, and in an export.
#pragma once
#include <QJsonValue>

#include "ui/widgets/table/table_types.h"

namespace hearth::ui {

/// The row's cell, or a missing one.
const Cell& cellOf(const TableRow& row, int column);
bool isMissing(const Column& column, const Cell& cell);

Qt::Alignment alignmentOf(const Column& column);

/// As painted, in the present language; a dash for a missing value. GUI thread only.
QString cellText(const Column& column, const Cell& cell);
/// Null when the code is not one of the column's values.
const StatusValue* statusOf(const Column& column, const Cell& cell);

/// For files: numbers in full with a point, times as ISO 8601 UTC, codes instead of labels, and
/// nothing for a missing value. The same in every language. Any thread.
QString exportText(const Column& column, const Cell& cell);
/// The same as a JSON number, string, or null.
QJsonValue exportJson(const Column& column, const Cell& cell);

}  // namespace hearth::ui
