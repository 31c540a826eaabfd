#include "ui/pages/datasets/datasets_page.h"

#include <gtest/gtest.h>

#include <QDropEvent>
#include <QJsonArray>
#include <QMimeData>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "tests/ui/support/fake_session.h"
#include "tests/ui/support/input.h"
#include "ui/pages/datasets/drop_zone.h"
#include "ui/pages/datasets/file_lines.h"
#include "ui/pages/datasets/row_browser.h"
#include "ui/pages/datasets/row_messages.h"
#include "ui/pages/datasets/row_reader.h"
#include "ui/pages/datasets/rows_list.h"
#include "ui/pages/datasets/upload_form.h"
#include "ui/pages/datasets/upload_problems.h"
#include "ui/pages/datasets/uploads_panel.h"
#include "ui/widgets/button.h"
#include "ui/widgets/confirm.h"
#include "ui/widgets/drawer.h"
#include "ui/widgets/progress_row.h"
#include "ui/widgets/search_field.h"
#include "ui/widgets/segmented_control.h"
#include "ui/widgets/table/data_table.h"

namespace hearth::ui {
namespace {

QJsonObject file(const QString& id, const QString& name, const QString& purpose = "fine-tune") {
    return {{"id", id},        {"filename", name},     {"purpose", purpose},
            {"bytes", 12'000}, {"lines", 1234},        {"created_at", 1'700'000'000},
            {"sha256", "ab"},  {"status", "processed"}};
}

QJsonObject chatRow(int line) {
    return {{"messages",
             QJsonArray{QJsonObject{{"role", "user"}, {"content", QString("질문 %1").arg(line)}},
                        QJsonObject{{"role", "assistant"}, {"content", "답"}, {"weight", 0}}}}};
}

class DatasetsPageTest : public testing::Test {
protected:
    DatasetsPageTest() {
        fake.node.answer("GET", "/v1/files",
                         QJsonObject{{"data", QJsonArray{file("f1", "support.jsonl"),
                                                         file("f2", "quiz.jsonl", "evals")}},
                                     {"has_more", false}});
        fake.node.handle("GET", "/api/v1/files/f1/rows", [](const FakeRequest& request) {
            const int offset = request.queryValue("offset").toInt();
            const int limit = request.queryValue("limit").toInt();
            const int matched = request.queryValue("search").isEmpty()   ? 1234
                                : request.queryValue("search") == "없음" ? 0
                                                                         : 1;
            QJsonArray rows;
            for (int i = offset; i < std::min(offset + limit, matched); ++i)
                rows.append(QJsonObject{{"line", i + 1}, {"row", chatRow(i + 1)}});
            return FakeAnswer{.json = {{"total", 1234}, {"matched", matched}, {"data", rows}}};
        });
        page.resize(1200, 800);
        test::activate(page);
        page.shown();
        EXPECT_TRUE(QTest::qWaitFor([&] { return page.table()->rows().size() == 2; }));
    }

    QString localFile(const QByteArray& content) {
        QFile file(folder.filePath("data.jsonl"));
        EXPECT_TRUE(file.open(QIODevice::WriteOnly));
        file.write(content);
        return file.fileName();
    }
    bool shows(const QWidget& widget, const QString& text) {
        for (const QWidget* child : widget.findChildren<QWidget*>()) {
            if (child->isVisible() && child->property("text").toString().contains(text))
                return true;
        }
        return false;
    }

    QTemporaryDir folder;
    FakeSession fake;
    DatasetsPage page{fake.context};
};

TEST_F(DatasetsPageTest, EnterOpensTheRows) {
    page.table()->setCurrentRow("f1");
    QTest::keyClick(page.table()->focusProxy(), Qt::Key_Return);
    RowBrowser* browser = page.browser();
    EXPECT_TRUE(browser->isVisible());
    ASSERT_TRUE(QTest::qWaitFor([&] { return browser->list()->model()->rowCount() == 1234; }));
    EXPECT_TRUE(QTest::qWaitFor([&] { return shows(*browser->reader(), "질문 1"); }));
    EXPECT_TRUE(shows(*browser->reader(), "context only"));
    browser->reader()->mode()->setChoice(1);
    QTest::keyClick(browser->list(), Qt::Key_Down);
    EXPECT_TRUE(browser->reader()->json().contains("질문 2"));
    QTest::keyClick(browser->list(), Qt::Key_Escape);
    EXPECT_FALSE(browser->isVisible());
}

TEST_F(DatasetsPageTest, RowsAreFetchedAsTheyComeIntoSight) {
    page.openItem("f1");
    RowsList* list = page.browser()->list();
    ASSERT_TRUE(QTest::qWaitFor([&] { return list->model()->rowCount() == 1234; }));
    QTest::qWait(100);
    const int before = fake.node.count("GET", "/api/v1/files/f1/rows");
    EXPECT_LE(before, 2);
    list->scrollToBottom();
    const QModelIndex last = list->model()->index(1233, 0);
    EXPECT_TRUE(QTest::qWaitFor([&] { return last.data().toString() == "1,234"; }));
    // Not the pages in between.
    EXPECT_LE(fake.node.count("GET", "/api/v1/files/f1/rows"), before + 2);
}

TEST_F(DatasetsPageTest, SearchAsksTheNode) {
    page.openItem("f1");
    SearchField* search = page.browser()->search();
    search->setText("질문 7");
    QTest::keyClick(search, Qt::Key_Return);
    EXPECT_TRUE(QTest::qWaitFor([&] { return page.browser()->list()->model()->rowCount() == 1; }));
    EXPECT_TRUE(shows(*page.browser(), "1 of 1,234 rows"));
    search->setText("없음");
    QTest::keyClick(search, Qt::Key_Return);
    EXPECT_TRUE(QTest::qWaitFor([&] { return shows(*page.browser(), "Nothing matches"); }));
}

TEST_F(DatasetsPageTest, SaysWhyRowsCannotBeRead) {
    fake.node.answer("GET", "/api/v1/files/f2/rows",
                     FakeAnswer::error(500, "broken", "The blob is damaged."));
    page.openItem("f2");
    EXPECT_TRUE(QTest::qWaitFor([&] { return shows(*page.browser(), "The blob is damaged."); }));
}

TEST_F(DatasetsPageTest, UploadsWithPurpose) {
    fake.node.answer("POST", "/v1/files", file("f3", "data.jsonl", "evals"));
    page.openItem("new");
    page.form()->start()->click();  // no file yet
    EXPECT_FALSE(page.uploads()->anyRunning());
    page.form()->file()->setFile(localFile("{\"question\":\"?\"}\n"));
    page.form()->purpose()->setChoice("evals");
    page.form()->start()->click();
    EXPECT_TRUE(page.uploads()->anyRunning());
    ASSERT_TRUE(QTest::qWaitFor([&] { return !fake.toasts.history().isEmpty(); }));
    EXPECT_TRUE(fake.toasts.history()[0].text.contains("data.jsonl"));
    EXPECT_FALSE(page.uploads()->isVisible());
    bool purpose = false;
    for (const FakeRequest& request : fake.node.requests())
        purpose = purpose || (request.method == "POST" && request.body.contains("evals"));
    EXPECT_TRUE(purpose);
}

TEST_F(DatasetsPageTest, BadLinesStandBesideTheirText) {
    FakeAnswer refused = FakeAnswer::error(400, "invalid_file", "2 lines are wrong.", "file");
    QJsonObject error = refused.json["error"].toObject();
    error.insert("problems", QJsonArray{QJsonObject{{"line", 2}, {"message", "no messages"}},
                                        QJsonObject{{"line", 3}, {"message", "not JSON"}}});
    refused.json["error"] = error;
    fake.node.answer("POST", "/v1/files", refused);
    page.openItem("new");
    page.form()->file()->setFile(localFile("{}\n{\"a\": 1}\nkaputt\n"));
    page.form()->start()->click();
    ASSERT_TRUE(QTest::qWaitFor([&] { return page.form()->problems()->isVisible(); }));
    EXPECT_TRUE(
        shows(*page.drawer(), "Nothing was stored. Mend these lines and upload the file again."));
    EXPECT_TRUE(shows(*page.drawer(), "line 2: no messages"));
    EXPECT_TRUE(shows(*page.drawer(), "line 3: not JSON"));
    const auto text = [&] {
        for (const QWidget* child : page.form()->problems()->findChildren<QWidget*>()) {
            if (child->accessibleName() == "kaputt")
                return true;
        }
        return false;
    };
    EXPECT_TRUE(QTest::qWaitFor(text));
}

TEST_F(DatasetsPageTest, CancelledUploadsLeaveNoTrace) {
    fake.node.answer("POST", "/v1/files", FakeAnswer{.json = {}, .delayMs = 5000});
    page.openItem("new");
    page.form()->file()->setFile(localFile("{}\n"));
    page.form()->start()->click();
    page.uploads()->findChild<ProgressRow*>()->cancelButton()->click();
    EXPECT_FALSE(page.uploads()->anyRunning());
    QTest::qWait(50);
    EXPECT_TRUE(fake.toasts.history().isEmpty());
    EXPECT_FALSE(page.form()->problems()->isVisible());
}

TEST_F(DatasetsPageTest, ADroppedFileOpensTheUpload) {
    const QString path = localFile("{}\n");
    QMimeData mime;
    mime.setUrls({QUrl::fromLocalFile(path)});
    QDragEnterEvent enter(QPoint(10, 10), Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&page, &enter);
    EXPECT_TRUE(enter.isAccepted());
    QDropEvent drop(QPointF(10, 10), Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&page, &drop);
    EXPECT_TRUE(page.drawer()->isOpen());
    EXPECT_EQ(page.form()->file()->file(), path);
    mime.setUrls({QUrl("https://example.org/x.jsonl")});
    EXPECT_TRUE(draggedFile(mime).isEmpty());
}

TEST_F(DatasetsPageTest, DeleteAsksForTheNameAndFineTuningFollows) {
    QSignalSpy requested(&fake.navigator, &Navigator::requested);
    fake.node.answer("DELETE", "/v1/files/f1", QJsonObject{{"deleted", true}});
    page.openItem("f1");
    page.browser()->fineTune()->click();
    EXPECT_EQ(requested[0], (QVariantList{"fine_tuning", "new?file=f1"}));
    page.browser()->back()->click();
    QTest::keyClick(page.table()->focusProxy(), Qt::Key_Delete);
    auto* confirm = page.window()->findChild<Confirm*>();
    ASSERT_TRUE(confirm);
    QTest::keyClicks(confirm->nameEdit(), "support.jsonl");
    confirm->confirmButton()->click();
    EXPECT_TRUE(QTest::qWaitFor([&] { return fake.node.count("DELETE", "/v1/files/f1") > 0; }));
}

TEST(RowMessagesTest, ReadsEveryKindOfRow) {
    const QJsonObject chat{
        {"messages",
         QJsonArray{
             QJsonObject{{"role", "system"}, {"content", "Be kind."}},
             QJsonObject{{"role", "user"},
                         {"content", QJsonArray{QJsonObject{{"type", "text"}, {"text", "Hello"}}}}},
             QJsonObject{{"role", "assistant"}, {"content", "Hi"}, {"weight", 0}}}}};
    const auto messages = messagesOf(chat);
    ASSERT_EQ(messages.size(), 3);
    EXPECT_EQ(messages[1].text, "Hello");
    EXPECT_FALSE(messages[2].learned);
    EXPECT_EQ(previewOf(chat).text, "Hello");
    EXPECT_EQ(previewOf(chat).note, "Hi");

    const QJsonObject question{{"question", "Where?"}, {"expected", QJsonArray{"Here", "There"}}};
    EXPECT_EQ(messagesOf(question)[1].text, "Here\nThere");
    EXPECT_EQ(previewOf(question).note, "Here There");
    EXPECT_TRUE(messagesOf({{"odd", 1}}).isEmpty());
    EXPECT_EQ(previewOf({{"odd", 1}}).text, "{\"odd\":1}");
}

TEST(FileLinesTest, FindsLinesAndCutsThem) {
    QTemporaryDir folder;
    QFile file(folder.filePath("f"));
    ASSERT_TRUE(file.open(QIODevice::WriteOnly));
    file.write("first\n" + QByteArray(300'000, 'x') + "\n셋째\nlast without end");
    file.close();
    const auto lines = linesOfFile(file.fileName(), {1, 2, 3, 4, 9}, 10);
    EXPECT_EQ(lines.value(1), "first");
    EXPECT_EQ(lines.value(2), "xxxxxxxxxx");
    EXPECT_EQ(lines.value(3), "셋째");
    EXPECT_EQ(lines.value(4), "last witho");
    EXPECT_FALSE(lines.contains(9));
    EXPECT_TRUE(linesOfFile("/no/such/file", {1}).isEmpty());
}

}  // namespace
}  // namespace hearth::ui
