// The points of a chart as rows, for its table and its CSV file.
#pragma once
#include <QString>
#include <QStringList>
#include <vector>

#include "ui/widgets/chart/chart_data.h"

namespace hearth::ui {

/// One row for each x of any visible curve; y is NaN where a curve has no point there.
struct ChartRows {
    Quantity xQuantity = Quantity::Step;
    QStringList names;                   // of the columns of y
    std::vector<double> x;               // [rows], ascending
    std::vector<std::vector<double>> y;  // [columns][rows]
};

ChartRows rowsOf(const ChartData& data, Range x);

/// RFC 4180 with a header line. Numbers are in the shortest form that reads back equal, gaps
/// are empty, times ISO 8601 in UTC. A name that a spreadsheet would take for a formula gets an
/// apostrophe in front. Threading: any.
/// Returns why it failed, or nothing.
QString writeCsv(const ChartRows& rows, const QString& xName, const QString& path);
QByteArray csvOf(const ChartRows& rows, const QString& xName);

}  // namespace hearth::ui
