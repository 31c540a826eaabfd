#include "ui/widgets/table/table_export.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include "ui/widgets/table/cell_text.h"

namespace hearth::ui {
namespace {

QString guarded(const QString& text) {
    static const QString kStarts = QStringLiteral("=+-@\t\r");
    return !text.isEmpty() && kStarts.contains(text[0]) ? u'\'' + text : text;
}

QString quoted(QString text) {
    const bool plain = std::none_of(text.begin(), text.end(), [](QChar c) {
        return c == u',' || c == u'"' || c == u'\n' || c == u'\r';
    });
    if (plain)
        return text;
    return u'"' + text.replace(u'"', QStringLiteral("\"\"")) + u'"';
}

QString tsvField(QString text) {
    for (QChar& c : text) {
        if (c == u'\t' || c == u'\n' || c == u'\r')
            c = u' ';
    }
    return text;
}

/// A line of column ids, then one for each row. `field` dresses a cell's text.
QString toLines(const TableExtract& extract, QChar separator, const QString& end,
                QString (*field)(QString)) {
    QStringList ids;
    for (int column : extract.columnOrder)
        ids << field(extract.columns[size_t(column)].id);
    QString text = ids.join(separator) + end;
    for (int row : extract.rowOrder) {
        bool first = true;
        for (int c : extract.columnOrder) {
            if (!std::exchange(first, false))
                text += separator;
            const Column& column = extract.columns[size_t(c)];
            const QString cell = exportText(column, cellOf(extract.rows[row], c));
            // A number is no formula, whatever its sign.
            text += field(isNumeric(column.kind) ? cell : guarded(cell));
        }
        text += end;
    }
    return text;
}

}  // namespace

QByteArray toCsv(const TableExtract& extract) {
    return "\xEF\xBB\xBF" + toLines(extract, u',', "\r\n", quoted).toUtf8();
}

QByteArray toJson(const TableExtract& extract) {
    QJsonArray array;
    for (int row : extract.rowOrder) {
        QJsonObject object;
        for (int c : extract.columnOrder) {
            const Column& column = extract.columns[size_t(c)];
            object.insert(column.id, exportJson(column, cellOf(extract.rows[row], c)));
        }
        array.append(object);
    }
    return QJsonDocument(array).toJson();
}

QString toTsv(const TableExtract& extract) {
    return toLines(extract, u'\t', "\n", tsvField);
}

}  // namespace hearth::ui
