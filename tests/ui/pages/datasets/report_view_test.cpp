#include "ui/pages/datasets/report_view.h"

#include <gtest/gtest.h>

#include <QJsonArray>

#include "tests/ui/support/fake_session.h"
#include "tests/ui/support/input.h"
#include "ui/pages/datasets/datasets_page.h"
#include "ui/pages/datasets/mask_view.h"
#include "ui/pages/datasets/report_texts.h"
#include "ui/pages/datasets/row_browser.h"
#include "ui/pages/datasets/versions_card.h"
#include "ui/widgets/card.h"
#include "ui/widgets/combo_box.h"
#include "ui/widgets/facts_table.h"
#include "ui/widgets/segmented_control.h"
#include "ui/widgets/table/data_table.h"

namespace hearth::ui {
namespace {

constexpr int kWaitMs = 8000;

QJsonObject list(const QJsonArray& data) {
    return {{"object", "list"}, {"data", data}, {"has_more", false}};
}

QJsonObject finding(const QString& severity, const QString& code, int count) {
    return {{"severity", severity},          {"code", code},
            {"message", "the node's words"}, {"count", count},
            {"lines", QJsonArray{3, 1700}},  {"samples", QJsonArray{"ki**"}}};
}

QJsonObject reportWith(const QJsonArray& findings, bool trainable) {
    return {
        {"container", "jsonl"},
        {"form", "chat"},
        {"kind", "chat"},
        {"rows", 1320},
        {"trainable", trainable},
        {"findings", findings},
        {"lengths",
         QJsonObject{{"unit", "tokens"},
                     {"sum", 9000},
                     {"p50", 30},
                     {"p90", 60},
                     {"p99", 70},
                     {"max", 80},
                     {"histogram", QJsonArray{QJsonObject{{"up_to", 32}, {"rows", 900}},
                                              QJsonObject{{"up_to", 64}, {"rows", 420}}}}}},
        {"learned_tokens", 4000},
        {"truncation", QJsonObject{{"max_seq_len", 64}, {"rows", 2}, {"tokens", 20}}},
        {"masks", QJsonArray{QJsonObject{
                      {"line", 1},
                      {"runs", QJsonArray{QJsonObject{{"text", "ask"}, {"learned", false}},
                                          QJsonObject{{"text", "answer"}, {"learned", true}}}}}}}};
}

class ReportViewTest : public testing::Test {
protected:
    ReportViewTest() {
        fake.node.answer(
            "GET", "/v1/files",
            list({QJsonObject{{"id", "f1"}, {"filename", "a.jsonl"}, {"purpose", "fine-tune"}},
                  QJsonObject{{"id", "f2"}, {"filename", "quiz.jsonl"}, {"purpose", "evals"}}}));
        fake.node.answer(
            "GET", "/api/v1/models",
            list({QJsonObject{{"id", "hearth-demo"}, {"kind", "base"}, {"served", true}},
                  QJsonObject{{"id", "asleep"}, {"kind", "base"}, {"served", false}}}));
        fake.node.answer("GET", "/api/v1/files/f1/report",
                         reportWith({finding("warning", "email", 12)}, true));
        page.resize(1200, 800);
        test::activate(page);
        page.shown();
        EXPECT_TRUE(QTest::qWaitFor([&] { return page.table()->rows().size() == 2; }, kWaitMs));
    }

    ReportView& view() { return *page.browser()->report(); }
    bool openReport() {
        page.openItem("f1");
        page.browser()->mode()->setChoice("report");
        page.browser()->showReport();
        return QTest::qWaitFor([&] { return view().report().has_value(); }, kWaitMs);
    }
    bool shows(const QString& text) {
        return QTest::qWaitFor([&] {
            for (const QLabel* label : view().findChildren<QLabel*>())
                if (label->isVisible() && label->text().contains(text))
                    return true;
            return false;
        });
    }
    /// Requests may overtake each other, so the last one says little.
    bool asked(const QString& key, const QString& value) {
        const auto& requests = fake.node.requests();
        return std::any_of(requests.begin(), requests.end(), [&](const FakeRequest& request) {
            return request.path == "/api/v1/files/f1/report" && request.queryValue(key) == value;
        });
    }

    FakeSession fake;
    DatasetsPage page{fake.context};
};

TEST_F(ReportViewTest, SaysWhatIsWrongHowOftenAndWhatToDo) {
    ASSERT_TRUE(openReport());
    EXPECT_EQ(view().verdict()->text(), "Ready to train, with 1 thing to look at");
    EXPECT_TRUE(shows("1,320 conversations, read as chat (JSONL)."));
    EXPECT_TRUE(shows("The model learns from 4,000 of 9,000 tokens."));
    EXPECT_TRUE(shows("E-mail addresses"));
    EXPECT_TRUE(shows("12 rows"));
    EXPECT_TRUE(shows("A model may repeat it to anybody."));
    EXPECT_TRUE(shows("Lines 3, 1,700, …"));
    EXPECT_TRUE(shows("2 rows are longer than the 64 tokens that the model takes."));
    EXPECT_EQ(view().masks()->toPlainText(), "Line 1\naskanswer");
}

TEST_F(ReportViewTest, AsksForTheServedModelAndTheChosenTestData) {
    ASSERT_TRUE(openReport());
    ASSERT_TRUE(QTest::qWaitFor([&] { return asked("model", "hearth-demo"); }, kWaitMs));
    EXPECT_EQ(view().model()->findText("asleep"), -1);
    ASSERT_TRUE(QTest::qWaitFor([&] { return view().against()->count() == 2; }, kWaitMs));
    fake.node.answer(
        "GET", "/api/v1/files/f1/report",
        reportWith({finding("error", "private_key", 1), finding("warning", "overlap", 3)}, false));
    view().against()->setFocus();
    QTest::keyClick(view().against(), Qt::Key_Down);
    ASSERT_TRUE(QTest::qWaitFor(
        [&] { return view().verdict()->text() == "1 thing must be mended before training"; },
        kWaitMs));
    EXPECT_TRUE(asked("against", "f2"));
    EXPECT_TRUE(shows("Private keys"));
    EXPECT_TRUE(shows("Rows that are in the test data as well"));
}

TEST_F(ReportViewTest, AFailureCanBeTriedAgain) {
    fake.node.answer("GET", "/api/v1/files/f1/report",
                     FakeAnswer::error(500, "internal_error", "The blob is damaged."));
    page.openItem("f1");
    page.browser()->showReport();
    ASSERT_TRUE(shows("The blob is damaged."));
    EXPECT_FALSE(view().verdict()->isVisible());
}

TEST_F(ReportViewTest, VersionsTellWhatChanged) {
    const auto version = [](int number, const QString& file) {
        return QJsonObject{{"number", number}, {"file_id", file}, {"rows", 1300 + number}};
    };
    fake.node.answer("GET", "/api/v1/datasets/a.jsonl/versions",
                     list({version(1, "f0"), version(2, "f1")}));
    fake.node.answer("GET", "/api/v1/datasets/a.jsonl/diff",
                     QJsonObject{{"from", 1}, {"to", 2}, {"added", 20}, {"removed", 3}});
    ASSERT_TRUE(openReport());
    const auto lines = [&] { return view().versions()->facts()->facts(); };
    ASSERT_TRUE(QTest::qWaitFor(
        [&] { return lines().size() == 2 && lines()[0].values[2] == "+20 −3"; }, kWaitMs));
    EXPECT_EQ(lines()[0].label, "Version 2");
    EXPECT_TRUE(lines()[0].marked);
    EXPECT_EQ(lines()[1].values[2], "");
}

TEST_F(ReportViewTest, AFileOfItsOwnHasNoVersions) {
    fake.node.answer("GET", "/api/v1/datasets/a.jsonl/versions",
                     list({QJsonObject{{"number", 1}, {"file_id", "another"}}}));
    ASSERT_TRUE(openReport());
    ASSERT_TRUE(QTest::qWaitFor(
        [&] { return fake.node.count("GET", "/api/v1/datasets/a.jsonl/versions") > 0; }, kWaitMs));
    QTest::qWait(50);
    EXPECT_FALSE(view().versions()->isVisible());
}

TEST_F(ReportViewTest, QuestionsHaveNoReport) {
    page.openItem("f2");
    EXPECT_FALSE(page.browser()->mode()->isVisible());
}

TEST(ReportTextsTest, AnUnknownFindingKeepsTheNodesWords) {
    EXPECT_EQ(textsOf({.code = "from_the_future", .message = "Odd."}).title, "Odd.");
    EXPECT_EQ(verdictOf({.trainable = true}).tone, Tone::Good);
    EXPECT_EQ(verdictOf({.trainable = false}).tone, Tone::Bad);
    EXPECT_EQ(linesText({.rows = 1, .lines = {7}}), "Line 7");
    EXPECT_TRUE(linesText({}).isEmpty());
}

}  // namespace
}  // namespace hearth::ui
