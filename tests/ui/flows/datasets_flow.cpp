#include <QFile>
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
        if (!isShown(&window(), "One JSON object a line"))
            ASSERT_TRUE(click(&window(), "Upload a data set"));
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
