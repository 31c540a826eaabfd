#include <QAbstractItemView>
#include <QCompleter>
#include <QFile>
#include <QLineEdit>
#include <QtTest>

#include "tests/ui/flows/stage.h"
#include "ui/shell/navigator.h"
#include "ui/widgets/table/data_table.h"

namespace hearth::ui {
namespace {

class SchedulesFlow : public FlowTest {
protected:
    static void create(const QString& name, const QStringList& when) {
        sharedNode().hearth(QStringList{"schedule", "create", name, "--model", haveModel(),
                                        "--data-set", "train.jsonl", "--job", shortJob()} +
                            when);
    }
    /// Schedules of several kinds, and one that has started a run already.
    static void haveSchedules() {
        haveDataSet();
        create("nightly", {"--cron", "30 22 * * mon-fri", "--time-zone", "Europe/Berlin",
                           "--window", "weekdays 20:00-06:00"});
        create("weekly", {"--cron", "0 4 * * sun", "--time-zone", "Asia/Seoul"});
        create("monthly", {"--cron", "0 9 1 * *", "--priority", "high"});
        create("new data", {"--on-change", "train.jsonl"});
        create("first", {"--at", "now"});
    }

private:
    static QString shortJob() {
        QFile file(sharedNode().directory() + "/tmp/short_job.json");
        file.open(QIODevice::WriteOnly);
        file.write(R"({"hearth": {"max_steps": 4, "batch_tokens": 256}})");
        return file.fileName();
    }
};

TEST_F(SchedulesFlow, ANightlyRunIsPlannedSeenPausedAndDeleted) {
    haveModel();
    haveDataSet();
    openSignedIn();
    goTo("schedules");
    ASSERT_TRUE(waitForText(&window(), "No schedules yet"));
    ASSERT_TRUE(click(&window(), "New schedule"));
    ASSERT_TRUE(choose(&window(), "Base model", haveModel()));
    ASSERT_TRUE(choose(&window(), "Training data", "train.jsonl"));
    ASSERT_TRUE(choose(&window(), "How often", "On weekdays"));
    ASSERT_TRUE(type(&window(), "Time of the day", "2:30"));
    ASSERT_TRUE(click(&window(), "Create schedule"));
    EXPECT_TRUE(waitForText(&window(), "Give it a name."));
    EXPECT_TRUE(waitForText(&window(), "Write the time as 02:30."));
    EXPECT_EQ(namelessFocusable(&window()), "");
    ASSERT_TRUE(type(&window(), "Name", "from the console"));
    ASSERT_TRUE(type(&window(), "Time of the day", "02:30"));
    ASSERT_TRUE(type(&window(), "Time zone", "Europe/Berlin"));
    QTest::keyClick(qobject_cast<QLineEdit*>(window().focusWidget())->completer()->popup(),
                    Qt::Key_Escape);
    ASSERT_TRUE(click(&window(), "Add hours"));
    ASSERT_TRUE(waitForText(&window(), "By the clocks of Europe/Berlin."));
    EXPECT_EQ(namelessFocusable(&window()), "");
    picture("new_schedule");
    ASSERT_TRUE(click(&window(), "Create schedule"));
    ASSERT_TRUE(waitForText(&window(), "from the console is scheduled."));
    ASSERT_TRUE(waitForText(&window(), "Make up for the last one"));
    EXPECT_TRUE(waitForText(&window(), "It has not started anything yet."));

    ASSERT_TRUE(click(&window(), "Pause"));
    EXPECT_TRUE(waitForText(&window(), "None while it is paused."));
    ASSERT_TRUE(click(&window(), "Resume"));
    EXPECT_TRUE(waitForText(&window(), "goes on."));
    ASSERT_TRUE(click(&window(), "Delete…"));
    ASSERT_TRUE(click(&window(), "Delete schedule"));
    EXPECT_TRUE(waitForText(&window(), "No schedules yet"));
}

// What the node alone knows: an expression that it cannot read, told at the field.
TEST_F(SchedulesFlow, TheNodesWordStandsAtTheField) {
    haveModel();
    openSignedIn();
    goTo("schedules");
    context().navigator.open("schedules", "new");
    ASSERT_TRUE(choose(&window(), "How often", "By a cron expression"));
    ASSERT_TRUE(type(&window(), "Cron expression", "0 25 * * *"));
    EXPECT_TRUE(waitForText(&window(), "0 to 23"));
    ASSERT_TRUE(type(&window(), "Cron expression", "*/15 * * * *"));
    EXPECT_TRUE(waitForText(&window(), "By the clocks of"));
}

TEST_F(SchedulesFlow, TheCalendarAndOneOfItsEntries) {
    haveSchedules();
    openSignedIn();
    Page* page = goTo("schedules");
    ASSERT_TRUE(waitForText(&window(), "The next seven days"));
    auto* table = page->findChild<DataTable*>();
    const auto outcome = [&] {
        for (const TableRow& row : table->rows())
            if (row.cells[table->columnIndex("outcome")].text == "succeeded")
                return true;
        return false;
    };
    ASSERT_TRUE(waitUntil(outcome, 60'000));
    pause(800);
    EXPECT_EQ(namelessFocusable(&window()), "");
    picture("schedules");
    for (const TableRow& row : table->rows()) {
        if (row.cells[table->columnIndex("name")].text == "nightly")
            table->setCurrentRow(row.id);
    }
    QTest::keyClick(table->focusProxy(), Qt::Key_Return);
    ASSERT_TRUE(waitForText(&window(), "Runs so far"));
    pause(800);
    EXPECT_EQ(namelessFocusable(&window()), "");
    picture("schedule");
}

}  // namespace
}  // namespace hearth::ui
