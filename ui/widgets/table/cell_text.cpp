#include "ui/widgets/table/cell_text.h"

#include <QDateTime>
#include <algorithm>
#include <cmath>

#include "ui/i18n/format.h"

namespace hearth::ui {
namespace {

QString numberText(const Column& column, double number) {
    switch (column.kind) {
        case CellKind::Decimal:
            return formatDecimal(number, column.digits);
        case CellKind::Bytes:
            return formatBytes(number);
        case CellKind::Percent:
            return formatPercent(number);
        case CellKind::Progress:
            return formatPercent(number, 0);
        case CellKind::Duration:
            return formatDuration(number);
        case CellKind::Time:
            return formatWhen(qint64(number));
        default:
            return formatCount(std::llround(number));
    }
}

}  // namespace

const Cell& cellOf(const TableRow& row, int column) {
    static const Cell missing;
    return column >= 0 && column < row.cells.size() ? row.cells[column] : missing;
}

bool isMissing(const Column& column, const Cell& cell) {
    return isNumeric(column.kind) ? std::isnan(cell.number) : cell.text.isEmpty();
}

Qt::Alignment alignmentOf(const Column& column) {
    const bool left = !isNumeric(column.kind) || column.kind == CellKind::Time ||
                      column.kind == CellKind::Progress;
    return left ? Qt::AlignLeft : Qt::AlignRight;
}

const StatusValue* statusOf(const Column& column, const Cell& cell) {
    const auto found = std::find_if(column.values.begin(), column.values.end(),
                                    [&](const StatusValue& v) { return v.code == cell.text; });
    return found == column.values.end() ? nullptr : &*found;
}

QString cellText(const Column& column, const Cell& cell) {
    if (column.format)
        return column.format(cell);
    if (isMissing(column, cell))
        return QStringLiteral("\u2013");
    if (isNumeric(column.kind))
        return numberText(column, cell.number);
    if (const StatusValue* status = statusOf(column, cell))
        return status->label();
    return cell.text;
}

QString exportText(const Column& column, const Cell& cell) {
    if (isMissing(column, cell))
        return {};
    if (!isNumeric(column.kind))
        return cell.text;
    if (column.kind == CellKind::Time)
        return QDateTime::fromSecsSinceEpoch(qint64(cell.number), Qt::UTC).toString(Qt::ISODate);
    const bool whole = cell.number == std::floor(cell.number) && std::abs(cell.number) < 9e15;
    return whole ? QString::number(qint64(cell.number)) : QString::number(cell.number, 'g', 15);
}

QJsonValue exportJson(const Column& column, const Cell& cell) {
    if (isMissing(column, cell))
        return QJsonValue::Null;
    if (!isNumeric(column.kind) || column.kind == CellKind::Time)
        return exportText(column, cell);
    return cell.number;
}

}  // namespace hearth::ui
