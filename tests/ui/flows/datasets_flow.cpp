#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QtTest>

#include "tests/ui/flows/stage.h"
#include "ui/pages/datasets/drop_zone.h"
#include "ui/shell/navigator.h"

namespace hearth::ui {
namespace {

class DataSetsFlow : public FlowTest {
protected:
    void upload(const QString& file) {
        if (!isShown(&window(), "One JSON object a line")) {
            ASSERT_TRUE(click(&window(), "Upload a data set"));
        }
        ASSERT_TRUE(waitForText(&window(), "One JSON object a line"));
        dropFile(window().findChild<DropZone*>(), file);
        ASSERT_TRUE(click(&window(), "Upload"));
    }
};

TEST_F(DataSetsFlow, BadLinesAreNamedOneByOne) {
    QTemporaryDir folder;
    QFile file(folder.filePath("answers.jsonl"));
    ASSERT_TRUE(file.open(QIODevice::WriteOnly));
    file.write(
        R"({"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]})"
        "\n{not json}\n"
        R"({"messages": [{"role": "robot", "content": "Hi"}]})"
        "\n");
    file.close();
    openSignedIn();
    goTo("datasets");
    upload(file.fileName());
    ASSERT_TRUE(waitForText(&window(), "line 2"));
    EXPECT_TRUE(isShown(&window(), "line 3"));
    EXPECT_EQ(namelessFocusable(&window()), "");
    picture("datasets_problems");
}

TEST_F(DataSetsFlow, UploadBrowseAndSearch) {
    openSignedIn();
    goTo("datasets");
    upload(sourceFile("app/demo/handbook/train.jsonl"));
    ASSERT_TRUE(waitForText(&window(), "is stored", 30'000));
    haveQuestions();
    context().navigator.open("datasets", haveDataSet());
    ASSERT_TRUE(waitUntil([this] { return findCalled(&window(), "Search in the rows"); }));
    ASSERT_TRUE(type(&window(), "Search in the rows", "P-204"));
    pause(1200);
    EXPECT_EQ(namelessFocusable(&window()), "");
    picture("dataset_rows");
}

/// Conversations as they come in from a help desk, with what should not be in them.
QString careless(const QTemporaryDir& folder) {
    QFile file(folder.filePath("help_desk.jsonl"));
    file.open(QIODevice::WriteOnly);
    const auto add = [&](const QString& question, const QString& answer) {
        const QJsonObject row{
            {"messages", QJsonArray{QJsonObject{{"role", "user"}, {"content", question}},
                                    QJsonObject{{"role", "assistant"}, {"content", answer}}}}};
        file.write(QJsonDocument(row).toJson(QJsonDocument::Compact) + '\n');
    };
    for (int i = 1; i <= 40; ++i)
        add(QString("How do I reset the terminal in room %1?").arg(i),
            QString("Hold the red button of terminal %1 for ten seconds.").arg(i));
    add("Who repairs the printer?", "Write to jane.miller@northwind-print.com.");
    add("Who repairs the scanner?", "Call Jane, her card is 4111 1111 1111 1111.");
    add("How do I reset the terminal in room 7?", "Pull the plug of the terminal.");
    add("How do I reset the terminal in room 9?",
        "Hold the red button of terminal 9 for ten seconds.");
    add("Which token does the build use?", "It uses ghp_16C7e42F292c6912E7710c838347Ae178B4a.");
    return file.fileName();
}

TEST_F(DataSetsFlow, AReportSaysWhatToMend) {
    QTemporaryDir folder;
    haveModel();
    const QString id = sharedNode().hearth({"dataset", "add", careless(folder)});
    openSignedIn();
    goTo("datasets");
    context().navigator.open("datasets", id);
    ASSERT_TRUE(click(&window(), "Report"));
    ASSERT_TRUE(waitForText(&window(), "must be mended before training", 60'000));
    EXPECT_TRUE(waitForText(&window(), "What the model learns"));
    EXPECT_TRUE(waitForText(&window(), "E-mail addresses"));
    EXPECT_TRUE(waitForText(&window(), "Questions with two answers"));
    pause(500);
    EXPECT_EQ(namelessFocusable(&window()), "");
    picture("dataset_report");
}

TEST_F(DataSetsFlow, TheListOfThem) {
    haveDataSet();
    haveQuestions();
    openSignedIn();
    goTo("datasets");
    pause(800);
    picture("datasets");
}

}  // namespace
}  // namespace hearth::ui
