#include "ui/widgets/table/arrangement.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>

#include "ui/widgets/table/sort_key.h"

namespace hearth::ui {
namespace {

ArrangeRequest requestOf(std::vector<CellKind> kinds, TableRows rows) {
    ArrangeRequest request{.rows = std::move(rows), .kinds = std::move(kinds)};
    request.labels.resize(request.kinds.size());
    return request;
}

TableRow row(const char* id, QList<Cell> cells) {
    return {.id = id, .cells = std::move(cells)};
}

std::vector<int> orderOf(const ArrangeRequest& request) {
    ArrangeMemo memo;
    return arrange(request, memo, false)->order;
}

TEST(SortKeyTest, OrdersAsPeopleDo) {
    const QStringList expected{"",       "2b",       "10a",  "alpha", "Beta", "\u00e9t\u00e9",
                               "item 9", "item 010", "가게", "나무"};
    QStringList sorted = expected;
    std::shuffle(sorted.begin(), sorted.end(), std::mt19937(7));
    std::sort(sorted.begin(), sorted.end(), [](const QString& a, const QString& b) {
        return naturalSortKey(a) < naturalSortKey(b);
    });
    EXPECT_EQ(sorted, expected);
}

TEST(ArrangementTest, EqualRowsKeepTheirOrderInBothDirections) {
    auto request = requestOf({CellKind::Text},
                             {row("a", {"x"}), row("b", {"y"}), row("c", {"X"}), row("d", {"y"})});
    request.sort = {0, Qt::AscendingOrder};
    EXPECT_EQ(orderOf(request), (std::vector<int>{0, 2, 1, 3}));
    request.sort = {0, Qt::DescendingOrder};
    EXPECT_EQ(orderOf(request), (std::vector<int>{1, 3, 0, 2}));
}

TEST(ArrangementTest, MissingValuesComeLastInBothDirections) {
    auto request = requestOf({CellKind::Bytes},
                             {row("a", {Cell()}), row("b", {2}), row("c", {}), row("d", {9})});
    request.sort = {0, Qt::AscendingOrder};
    EXPECT_EQ(orderOf(request), (std::vector<int>{1, 3, 0, 2}));
    request.sort = {0, Qt::DescendingOrder};
    EXPECT_EQ(orderOf(request), (std::vector<int>{3, 1, 0, 2}));
}

TEST(ArrangementTest, FilterWantsEveryWordInSomeTextCell) {
    auto request = requestOf({CellKind::Text, CellKind::Mono, CellKind::Number},
                             {row("a", {"Hearth lite", "ab12", 7}), row("b", {"hearth", "cd34", 7}),
                              row("c", {"고객 상담", "ab99", 7})});
    request.filter.text = " HEARTH  ab ";
    EXPECT_EQ(orderOf(request), std::vector<int>{0});
    request.filter.text = "상담";
    EXPECT_EQ(orderOf(request), std::vector<int>{2});
    request.filter.text = "7";
    EXPECT_TRUE(orderOf(request).empty());
}

TEST(ArrangementTest, DecomposedSearchTextFindsComposedRows) {
    auto request = requestOf({CellKind::Text}, {row("a", {"한글"})});
    request.filter.text = QString("한글").normalized(QString::NormalizationForm_D);
    EXPECT_EQ(orderOf(request), std::vector<int>{0});
}

TEST(ArrangementTest, StatusIsSearchedAndSortedByItsLabel) {
    auto request = requestOf({CellKind::Status}, {row("a", {"z"}), row("b", {"y"})});
    request.labels[0] = {{"z", "Active"}, {"y", "Revoked"}};
    request.sort = {0, Qt::AscendingOrder};
    EXPECT_EQ(orderOf(request), (std::vector<int>{0, 1}));
    request.filter.text = "revo";
    EXPECT_EQ(orderOf(request), std::vector<int>{1});
}

TEST(ArrangementTest, CountsTellWhatEachChipWouldKeep) {
    auto request = requestOf(
        {CellKind::Status, CellKind::Status},
        {row("a", {"base", "on"}), row("b", {"base", "off"}), row("c", {"adapter", "on"})});
    request.counted = {0, 1};
    request.filter.values = {{0, {"base"}}};
    ArrangeMemo memo;
    const auto result = arrange(request, memo, false);
    EXPECT_EQ(result->order, (std::vector<int>{0, 1}));
    // The column's own filter does not hide what its other chips would add.
    EXPECT_EQ(result->counts[0], (QHash<QString, int>{{"base", 2}, {"adapter", 1}}));
    EXPECT_EQ(result->counts[1], (QHash<QString, int>{{"on", 1}, {"off", 1}}));
}

TEST(ArrangementTest, GivesUpWhenCancelled) {
    ArrangeMemo memo;
    EXPECT_FALSE(arrange(requestOf({CellKind::Text}, {row("a", {"x"})}), memo, true).has_value());
}

TEST(ArrangementTest, MemoForgetsWhenRowsOrLabelsChange) {
    ArrangeMemo memo;
    auto request = requestOf({CellKind::Status}, {row("a", {"z"}), row("b", {"y"})});
    request.sort = {0, Qt::AscendingOrder};
    request.filter.text = "z";
    EXPECT_EQ(arrange(request, memo, false)->order, std::vector<int>{0});
    request.labels[0] = {{"z", "Active"}, {"y", "Zonal"}};
    EXPECT_EQ(arrange(request, memo, false)->order, std::vector<int>{1});
    request.filter = {};
    EXPECT_EQ(arrange(request, memo, false)->order, (std::vector<int>{0, 1}));
    request.rows = {row("b", {"y"}), row("a", {"z"})};
    EXPECT_EQ(arrange(request, memo, false)->order, (std::vector<int>{1, 0}));
    request.sort = {0, Qt::DescendingOrder};
    EXPECT_EQ(arrange(request, memo, false)->order, (std::vector<int>{0, 1}));
}

TEST(ArrangementTest, HundredThousandRowsAgreeWithAStableSort) {
    std::mt19937 random(42);
    TableRows rows;
    for (int i = 0; i < 100'000; ++i)
        rows << TableRow{QString::number(i), {Cell(qint64(random() % 5000))}};
    std::vector<int> expected(size_t(rows.size()));
    std::iota(expected.begin(), expected.end(), 0);
    std::stable_sort(expected.begin(), expected.end(), [&](int a, int b) {
        return rows[a].cells[0].number > rows[b].cells[0].number;
    });
    auto request = requestOf({CellKind::Number}, rows);
    request.sort = {0, Qt::DescendingOrder};
    EXPECT_EQ(orderOf(request), expected);
}

}  // namespace
}  // namespace hearth::ui
