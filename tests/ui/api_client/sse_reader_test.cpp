#include "ui/api_client/sse_reader.h"

#include <gtest/gtest.h>

namespace hearth::ui {
namespace {

QVector<QByteArray> readAll(const QByteArray& text, qsizetype step) {
    SseReader reader;
    QVector<QByteArray> all;
    for (qsizetype i = 0; i < text.size(); i += step)
        all += reader.feed(text.mid(i, step)).value();
    return all;
}

class SseReaderTest : public testing::TestWithParam<int> {};

TEST_P(SseReaderTest, ReadsEventsHoweverTheBytesAreSplit) {
    const QByteArray text =
        ": keep alive\n\n"
        "data: {\"a\":1}\n\n"
        "event: ping\nid: 7\ndata:no space\n\n"
        "data: first\ndata: second\ndata:\ndata: last\n\n"
        "\n\n"
        "data: \xED\x95\x9C\xEA\xB8\x80\n\n"
        "data\n\n"
        "datax: other field\n\n"
        "data: not ended\n";
    const QVector<QByteArray> expected = {"{\"a\":1}", "no space", "first\nsecond\n\nlast",
                                          "\xED\x95\x9C\xEA\xB8\x80", ""};
    EXPECT_EQ(readAll(text, GetParam()), expected);
    QByteArray windows = text;
    EXPECT_EQ(readAll(windows.replace("\n", "\r\n"), GetParam()), expected);
    QByteArray old = text;
    EXPECT_EQ(readAll(old.replace("\n", "\r"), GetParam()), expected);
}

INSTANTIATE_TEST_SUITE_P(Splits, SseReaderTest, testing::Values(1, 2, 3, 7, 1000));

TEST(SseReader, GivesUpOnAnEndlessEvent) {
    SseReader reader;
    const QByteArray line = "data: " + QByteArray(1 << 20, 'x');
    bool gaveUp = false;
    for (int i = 0; i < 20 && !gaveUp; ++i)
        gaveUp = !reader.feed(line + '\n').has_value();
    EXPECT_TRUE(gaveUp);
}

}  // namespace
}  // namespace hearth::ui
