#include "ui/widgets/table/table_export.h"

#include <gtest/gtest.h>

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace hearth::ui {
namespace {

TableExtract extractOf(TableRows rows) {
    TableExtract extract{.columns = {{.id = "name"},
                                     {.id = "size", .kind = CellKind::Bytes},
                                     {.id = "created", .kind = CellKind::Time},
                                     {.id = "share", .kind = CellKind::Percent}},
                         .rows = std::move(rows),
                         .columnOrder = {0, 1, 2, 3}};
    for (int i = 0; i < int(extract.rows.size()); ++i)
        extract.rowOrder.push_back(i);
    return extract;
}

QString csvOf(const TableExtract& extract) {
    const QByteArray csv = toCsv(extract);
    EXPECT_TRUE(csv.startsWith("\xEF\xBB\xBF"));
    return QString::fromUtf8(csv.mid(3));
}

TEST(TableExportTest, CsvHasValuesInFull) {
    const auto extract =
        extractOf({{"a", {"lite", qint64(31'000'000'001), qint64(1'700'000'000), 0.1}}});
    EXPECT_EQ(csvOf(extract),
              "name,size,created,share\r\nlite,31000000001,2023-11-14T22:13:20Z,0.1\r\n");
}

TEST(TableExportTest, CsvQuotesWhatWouldBreakALine) {
    const auto extract = extractOf({{"a", {"say \"hi\",\nthen go"}}});
    EXPECT_EQ(csvOf(extract), "name,size,created,share\r\n\"say \"\"hi\"\",\nthen go\",,,\r\n");
}

TEST(TableExportTest, TextsAreNoFormulas) {
    for (const char* text : {"=1+1", "+1", "-1", "@sum", "\tx", "\rx"}) {
        const QString csv = csvOf(extractOf({{"a", {text}}}));
        const QString cell = csv.section("\r\n", 1).remove(u'"');
        EXPECT_TRUE(cell.startsWith(u'\'')) << text;
    }
    EXPECT_TRUE(csvOf(extractOf({{"a", {"x", -5}}})).contains("x,-5,"));
}

TEST(TableExportTest, RowAndColumnOrderAreThoseShown) {
    auto extract = extractOf({{"a", {"first", 1}}, {"b", {"second", 2}}});
    extract.rowOrder = {1, 0};
    extract.columnOrder = {1, 0};
    EXPECT_EQ(csvOf(extract), "size,name\r\n2,second\r\n1,first\r\n");
}

TEST(TableExportTest, JsonKeepsTypes) {
    const auto extract = extractOf({{"a", {"고객", 5, Cell(), 0.5}}});
    const QJsonArray rows = QJsonDocument::fromJson(toJson(extract)).array();
    const QJsonObject expected{
        {"name", "고객"}, {"size", 5}, {"created", QJsonValue::Null}, {"share", 0.5}};
    EXPECT_EQ(rows, QJsonArray{expected});
}

TEST(TableExportTest, TsvKeepsOneLineForARow) {
    const auto extract = extractOf({{"a", {"two\nlines\tand a tab", 5}}});
    EXPECT_EQ(toTsv(extract), "name\tsize\tcreated\tshare\ntwo lines and a tab\t5\t\t\n");
}

}  // namespace
}  // namespace hearth::ui
