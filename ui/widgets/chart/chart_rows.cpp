#include "ui/widgets/chart/chart_rows.h"

#include <QDateTime>
#include <QSaveFile>
#include <algorithm>

namespace hearth::ui {
namespace {

struct Head {
    const SeriesData* points;
    size_t next;
    size_t end;

    bool done() const { return next >= end; }
    double x() const { return points->x(next); }
};

QByteArray field(QString text) {
    if (!text.isEmpty() && QStringLiteral("=+-@\t\r").contains(text.front()))
        text.prepend('\'');
    if (text.contains(',') || text.contains('"') || text.contains('\n') || text.contains('\r'))
        text = '"' + text.replace("\"", "\"\"") + '"';
    return text.toUtf8();
}

QByteArray number(double value) {
    return std::isfinite(value) ? QByteArray::number(value, 'g', QLocale::FloatingPointShortest)
                                : QByteArray();
}

QByteArray moment(double seconds) {
    return QDateTime::fromMSecsSinceEpoch(std::llround(seconds * 1000), Qt::UTC)
        .toString(Qt::ISODateWithMs)
        .toLatin1();
}

void appendRow(QByteArray& csv, const ChartRows& rows, size_t row) {
    csv += rows.xQuantity == Quantity::Time ? moment(rows.x[row]) : number(rows.x[row]);
    for (const auto& column : rows.y)
        csv += ',' + number(column[row]);
    csv += "\r\n";
}

}  // namespace

ChartRows rowsOf(const ChartData& data, Range x) {
    ChartRows rows{.xQuantity = data.options().x, .names = {}, .x = {}, .y = {}};
    std::vector<Head> heads;
    for (const ChartSeries& series : data.curves()) {
        if (!series.visible)
            continue;
        rows.names.append(series.name);
        heads.push_back({.points = &series.raw,
                         .next = series.raw.firstFrom(x.low),
                         .end = series.raw.firstAfter(x.high)});
    }
    rows.y.resize(heads.size());
    const auto open = [](const Head& head) { return !head.done(); };
    while (std::any_of(heads.begin(), heads.end(), open)) {
        double at = std::numeric_limits<double>::infinity();
        for (const Head& head : heads)
            at = head.done() ? at : std::min(at, head.x());
        rows.x.push_back(at);
        for (size_t i = 0; i < heads.size(); ++i) {
            const bool here = open(heads[i]) && heads[i].x() == at;
            rows.y[i].push_back(here ? heads[i].points->y(heads[i].next++)
                                     : std::numeric_limits<double>::quiet_NaN());
        }
    }
    return rows;
}

QByteArray csvOf(const ChartRows& rows, const QString& xName) {
    QByteArray csv = field(xName);
    for (const QString& name : rows.names)
        csv += ',' + field(name);
    csv += "\r\n";
    for (size_t row = 0; row < rows.x.size(); ++row)
        appendRow(csv, rows, row);
    return csv;
}

QString writeCsv(const ChartRows& rows, const QString& xName, const QString& path) {
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        return file.errorString();
    const QByteArray csv = csvOf(rows, xName);
    if (file.write(csv) != csv.size() || !file.commit())
        return file.errorString();
    return {};
}

}  // namespace hearth::ui
