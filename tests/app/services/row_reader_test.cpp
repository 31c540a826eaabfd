#include "app/services/files/row_reader.h"

#include <gtest/gtest.h>

namespace hearth::app {
namespace {

constexpr const char* kText =
    "{\"a\":\"Pump one\"}\n\n{\"a\":{\"b\":[\"\xED\x8E\x8C\xED\x94\x84\",\"ÄRGER\"]}}\r\n"
    "{\"pump\":7}\n{\"a\":\"PUMP \\u0074wo\"}";

TEST(RowReaderTest, NumbersLinesAsTheyStandInTheFile) {
    const FileRows rows = readRows(kText, "", {});
    EXPECT_EQ(rows.total, 4);
    EXPECT_EQ(rows.matched, 4);
    ASSERT_EQ(rows.rows.size(), 4u);
    EXPECT_EQ(rows.rows[1].line, 3);
    EXPECT_EQ(rows.rows[3].line, 5);
    EXPECT_EQ(rows.rows[2].value.at("pump"), 7);
}

TEST(RowReaderTest, PagesWithOffsetAndLimit) {
    const FileRows rows = readRows(kText, "", {.offset = 1, .limit = 2});
    EXPECT_EQ(rows.matched, 4);
    ASSERT_EQ(rows.rows.size(), 2u);
    EXPECT_EQ(rows.rows[0].line, 3);
    EXPECT_TRUE(readRows(kText, "", {.offset = 9}).rows.empty());
    EXPECT_TRUE(readRows("", "", {}).rows.empty());
}

TEST(RowReaderTest, FindsTextsInAnyCaseAndNeverNames) {
    const FileRows rows = readRows(kText, "", {.search = "pump"});
    EXPECT_EQ(rows.total, 4);
    EXPECT_EQ(rows.matched, 2);  // not {"pump": 7}
    ASSERT_EQ(rows.rows.size(), 2u);
    EXPECT_EQ(rows.rows[1].line, 5);
    EXPECT_EQ(readRows(kText, "", {.offset = 1, .search = "PUMP"}).rows.size(), 1u);
}

TEST(RowReaderTest, FindsDecodedTextOfAnyScript) {
    EXPECT_EQ(readRows(kText, "", {.search = "two"}).matched, 1);  // written with an escape
    EXPECT_EQ(readRows(kText, "", {.search = "ärger"}).matched, 1);
    EXPECT_EQ(readRows(kText, "", {.search = "\xED\x8E\x8C\xED\x94\x84"}).matched, 1);
    EXPECT_EQ(readRows(kText, "", {.search = "nothing"}).matched, 0);
}

}  // namespace
}  // namespace hearth::app
