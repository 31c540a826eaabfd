#include "ui/pages/schedules/schedules_page.h"

#include <gtest/gtest.h>

#include <QDateTime>
#include <QJsonArray>
#include <QSignalSpy>

#include "tests/ui/support/fake_session.h"
#include "tests/ui/support/input.h"
#include "ui/pages/schedules/hours_editor.h"
#include "ui/pages/schedules/repeat_editor.h"
#include "ui/pages/schedules/schedule_details.h"
#include "ui/pages/schedules/schedule_form.h"
#include "ui/pages/schedules/week_view.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/button.h"
#include "ui/widgets/combo_box.h"
#include "ui/widgets/confirm.h"
#include "ui/widgets/drawer.h"
#include "ui/widgets/fact_list.h"
#include "ui/widgets/facts_table.h"
#include "ui/widgets/form_field.h"
#include "ui/widgets/form_sheet.h"
#include "ui/widgets/line_field.h"
#include "ui/widgets/line_list.h"
#include "ui/widgets/segmented_control.h"
#include "ui/widgets/table/data_table.h"

namespace hearth::ui {
namespace {

constexpr int kWaitMs = 8000;

/// Noon of a day from today, by this computer's clocks.
qint64 noonIn(int days) {
    return QDateTime(QDate::currentDate().addDays(days), QTime(12, 0)).toSecsSinceEpoch();
}

QJsonObject schedule(const QString& id, const QString& name, const QString& status = "active") {
    return {{"id", id},
            {"name", name},
            {"status", status},
            {"when", QJsonObject{{"cron", "30 2 * * mon-fri"}}},
            {"time_zone", "Europe/Berlin"},
            {"windows", QJsonArray{"weekdays 20:00-06:00"}},
            {"blackouts", QJsonArray()},
            {"missed", "once"},
            {"missed_limit", 10},
            {"overlap", "queue"},
            {"priority", "normal"},
            {"data_set", "handbook.jsonl"},
            {"job", QJsonObject{{"model", "hearth-demo"}}},
            {"next_start", status == "active" ? QJsonValue(noonIn(1)) : QJsonValue()},
            {"last_start", QJsonObject{{"due_at", 1}, {"started_at", 2}, {"job_id", "ftjob-1"}}},
            {"created_at", 1'700'000'000}};
}

QJsonObject list(const QJsonArray& data) {
    return {{"object", "list"}, {"data", data}, {"has_more", false}};
}

QJsonObject coming(qint64 at, const QString& local, std::optional<qint64> runsFrom = {}) {
    return {{"time_zone", "Europe/Berlin"},
            {"data", QJsonArray{QJsonObject{{"at", at},
                                            {"local", local},
                                            {"runs_from", runsFrom.value_or(at)},
                                            {"runs_from_local", "2099-12-01T20:00"}}}}};
}

class SchedulesPageTest : public testing::Test {
protected:
    SchedulesPageTest() {
        fake.node.handle("GET", "/api/v1/schedules", [this](const FakeRequest&) {
            return FakeAnswer{.json = list(schedules)};
        });
        fake.node.answer("GET", "/api/v1/schedules/s1/coming",
                         coming(noonIn(1), "2099-12-01T02:30", noonIn(1) + 3600));
        fake.node.answer(
            "GET", "/api/v1/schedules/s1/starts",
            list({QJsonObject{{"due_at", 1}, {"started_at", 2}, {"job_id", "ftjob-1"}}}));
        fake.node.answer("GET", "/v1/fine_tuning/jobs/ftjob-1",
                         QJsonObject{{"id", "ftjob-1"},
                                     {"status", "succeeded"},
                                     {"model", "hearth-demo"},
                                     {"started_at", 100},
                                     {"finished_at", 190}});
        fake.node.answer("POST", "/api/v1/schedules/preview",
                         coming(noonIn(1), "2099-12-01T02:30", noonIn(1) + 3600));
        fake.node.answer(
            "GET", "/api/v1/models",
            list({QJsonObject{{"id", "hearth-demo"}, {"kind", "base"}, {"tunable", true}}}));
        fake.node.answer(
            "GET", "/v1/files",
            list({QJsonObject{
                {"id", "file-1"}, {"filename", "handbook.jsonl"}, {"purpose", "fine-tune"}}}));
        page.resize(1200, 800);
        test::activate(page);
        page.shown();
        EXPECT_TRUE(QTest::qWaitFor([&] { return page.table()->rows().size() == 2; }, kWaitMs));
    }

    QString cell(int row, const char* column) {
        return page.table()->rows()[row].cells[page.table()->columnIndex(column)].text;
    }
    ScheduleForm& form() { return *page.form(); }
    bool openForm(const QString& item = "new") {
        page.openItem(item);
        return QTest::qWaitFor([&] { return form().isReady(); }, kWaitMs);
    }
    void type(ScheduleField which, const QString& text) {
        qobject_cast<LineField*>(form().field(which)->editor())->setText(text);
    }
    void fill() {
        type(ScheduleField::Name, "nightly");
        qobject_cast<ComboBox*>(form().field(ScheduleField::Data)->editor())
            ->setChoice("name:handbook.jsonl");
        type(ScheduleField::Zone, "Europe/Berlin");
    }
    QJsonObject lastBody(const QByteArray& method, const QString& path) {
        QJsonObject body;
        for (const FakeRequest& request : fake.node.requests())
            if (request.method == method && request.path == path)
                body = request.json();
        return body;
    }

    QJsonArray schedules{schedule("s1", "nightly"), schedule("s2", "old", "ended")};
    FakeSession fake;
    SchedulesPage page{fake.context};
};

TEST_F(SchedulesPageTest, ListsThemInWordsWithTheLastOutcome) {
    EXPECT_EQ(cell(0, "name"), "nightly");
    EXPECT_EQ(cell(0, "when"), "Weekdays at 02:30");
    EXPECT_EQ(cell(0, "trains"), "hearth-demo, handbook.jsonl");
    EXPECT_EQ(cell(0, "hours"), "Weekdays 20:00–06:00");
    EXPECT_TRUE(QTest::qWaitFor([&] { return cell(0, "outcome") == "succeeded"; }, kWaitMs));
    EXPECT_TRUE(page.table()->rows()[1].faded);
}

TEST_F(SchedulesPageTest, TheWeekShowsWhenItMayRunAndLeadsThere) {
    ASSERT_TRUE(QTest::qWaitFor([&] { return !page.week()->linesOf(1).isEmpty(); }, kWaitMs));
    EXPECT_EQ(page.week()->linesOf(1), QStringList{"13:00 nightly"});
    EXPECT_TRUE(page.week()->linesOf(0).isEmpty());
    const int before = fake.node.count("GET", "/api/v1/schedules/s1/coming");
    page.left();
    page.shown();
    QTest::qWait(300);
    EXPECT_EQ(fake.node.count("GET", "/api/v1/schedules/s1/coming"), before);
    const int column = page.week()->width() / 7;
    QTest::mouseClick(page.week(), Qt::LeftButton, {}, {column + column / 2, 44});
    EXPECT_TRUE(page.drawer()->isOpen());
}

TEST_F(SchedulesPageTest, ARunThatWaitsForItsHoursStandsInTheWeek) {
    fake.node.answer("GET", "/v1/fine_tuning/jobs",
                     list({QJsonObject{{"id", "ftjob-9"},
                                       {"status", "queued"},
                                       {"schedule_id", "s1"},
                                       {"runnable_from", noonIn(2)}}}));
    fake.watch.refresh();
    ASSERT_TRUE(QTest::qWaitFor([&] { return !page.week()->linesOf(2).isEmpty(); }, kWaitMs));
    EXPECT_EQ(page.week()->linesOf(2), QStringList{"12:00 nightly"});
    EXPECT_TRUE(page.week()->entries().last().running);
}

TEST_F(SchedulesPageTest, DetailsSayWhatComesAndWhatCame) {
    page.openItem("s1");
    ASSERT_TRUE(page.drawer()->isOpen());
    ASSERT_TRUE(QTest::qWaitFor(
        [&] {
            return page.details()->coming()->facts().size() == 1 &&
                   page.details()->past()->count() == 1 &&
                   page.details()->past()->button(0)->line().note == "Succeeded";
        },
        kWaitMs));
    EXPECT_EQ(page.details()->coming()->facts()[0].label, "Tue, 1 Dec 2099");
    EXPECT_EQ(page.details()->coming()->facts()[0].values[0], "02:30, runs from 20:00");
    EXPECT_EQ(page.details()->past()->button(0)->line().trailing, "1 min 30 s");
    QSignalSpy requested(&fake.navigator, &Navigator::requested);
    page.details()->past()->button(0)->click();
    EXPECT_EQ(requested.value(0), (QVariantList{"fine_tuning", "ftjob-1"}));
}

TEST_F(SchedulesPageTest, PausingAndDeletingAskTheNode) {
    fake.node.handle("POST", "/api/v1/schedules/s1/pause", [this](const FakeRequest&) {
        schedules[0] = schedule("s1", "nightly", "paused");
        return FakeAnswer{.json = schedules[0].toObject()};
    });
    fake.node.handle("DELETE", "/api/v1/schedules/s1", [this](const FakeRequest&) {
        schedules.removeAt(0);
        return FakeAnswer{.json = {{"deleted", true}}};
    });
    page.openItem("s1");
    QPushButton* pause = nullptr;
    for (auto* button : page.drawer()->findChildren<Button*>())
        if (button->text() == "Pause")
            pause = button;
    ASSERT_TRUE(pause);
    pause->click();
    ASSERT_TRUE(QTest::qWaitFor([&] { return pause->text() == "Resume"; }, kWaitMs));
    EXPECT_EQ(cell(0, "state"), "paused");
    EXPECT_TRUE(page.week()->linesOf(1).isEmpty());
    page.drawer()->closeDrawer();
    page.table()->setCurrentRow("s1");
    QTest::keyClick(page.table()->focusProxy(), Qt::Key_Delete);
    auto* confirm = page.window()->findChild<Confirm*>();
    ASSERT_TRUE(confirm);
    confirm->confirmButton()->click();
    EXPECT_TRUE(QTest::qWaitFor([&] { return page.table()->rows().size() == 1; }, kWaitMs));
}

TEST_F(SchedulesPageTest, TheFormShowsTheNextStartsBeforeItIsSaved) {
    ASSERT_TRUE(openForm());
    fill();
    ASSERT_TRUE(QTest::qWaitFor([&] { return form().starts()->facts().size() == 1; }, kWaitMs));
    EXPECT_EQ(form().starts()->facts()[0].label, "Tue, 1 Dec 2099");
    EXPECT_EQ(form().starts()->facts()[0].values[0], "02:30, runs from 20:00");
    EXPECT_FALSE(lastBody("POST", "/api/v1/schedules/preview").contains("job"));
    form().windows()->addButton()->click();
    ASSERT_TRUE(QTest::qWaitFor(
        [&] {
            return lastBody("POST", "/api/v1/schedules/preview")["windows"].toArray() ==
                   QJsonArray{"weekdays 20:00-06:00"};
        },
        kWaitMs));

    fake.node.answer("POST", "/api/v1/schedules", schedule("s3", "nightly"));
    form().saveButton()->click();
    ASSERT_TRUE(QTest::qWaitFor([&] { return !fake.toasts.history().isEmpty(); }, kWaitMs));
    const QJsonObject body = lastBody("POST", "/api/v1/schedules");
    EXPECT_EQ(body["name"], "nightly");
    EXPECT_EQ(body["data_set"], "handbook.jsonl");
    EXPECT_EQ(body["job"].toObject(), (QJsonObject{{"model", "hearth-demo"}}));
    EXPECT_NE(page.view(), page.form());
}

TEST_F(SchedulesPageTest, WhatTheNodeRefusesStandsAtItsField) {
    ASSERT_TRUE(openForm());
    form().saveButton()->click();
    EXPECT_EQ(form().field(ScheduleField::Name)->error(), "Give it a name.");
    EXPECT_EQ(fake.node.count("POST", "/api/v1/schedules"), 0);
    fill();
    EXPECT_FALSE(form().field(ScheduleField::Name)->hasError());

    fake.node.answer("POST", "/api/v1/schedules/preview",
                     FakeAnswer::error(400, "invalid_value", "the minute '99' is wrong", "cron"));
    form().repeat()->setPlan({.every = Every::Custom, .expression = "99 * * * *"}, "02:00");
    emit form().repeat()->changed();
    ASSERT_TRUE(QTest::qWaitFor(
        [&] { return form().field(ScheduleField::Repeat)->error() == "the minute '99' is wrong"; },
        kWaitMs));
    EXPECT_TRUE(form().starts()->facts().isEmpty());

    fake.node.answer("POST", "/api/v1/schedules",
                     FakeAnswer::error(400, "invalid_value", "no such file yet", "data_set"));
    form().saveButton()->click();
    EXPECT_TRUE(QTest::qWaitFor(
        [&] { return form().field(ScheduleField::Data)->error() == "no such file yet"; }, kWaitMs));
    fake.node.answer("POST", "/api/v1/schedules",
                     FakeAnswer::error(403, "permission_denied", "not yours", "retry"));
    form().saveButton()->click();
    EXPECT_TRUE(QTest::qWaitFor([&] { return form().sheet()->refusal()->isVisible(); }, kWaitMs));
}

TEST_F(SchedulesPageTest, AChangeIsSentToTheScheduleItself) {
    fake.node.answer("POST", "/api/v1/schedules/s1", schedule("s1", "weekly"));
    page.openItem("s1");
    for (auto* button : page.drawer()->findChildren<Button*>())
        if (button->text() == "Change")
            button->click();
    ASSERT_TRUE(QTest::qWaitFor([&] { return form().isReady(); }, kWaitMs));
    EXPECT_EQ(form().repeat()->plan().every, Every::Weekdays);
    EXPECT_EQ(form().repeat()->time(), "02:30");
    EXPECT_EQ(form().windows()->windows(), (QVector<DraftWindow>{{"weekdays", "20:00", "06:00"}}));
    type(ScheduleField::Name, "weekly");
    form().saveButton()->click();
    ASSERT_TRUE(QTest::qWaitFor([&] { return fake.node.count("POST", "/api/v1/schedules/s1") > 0; },
                                kWaitMs));
    const QJsonObject body = lastBody("POST", "/api/v1/schedules/s1");
    EXPECT_EQ(body["name"], "weekly");
    EXPECT_EQ(body["when"].toObject(), (QJsonObject{{"cron", "30 2 * * mon-fri"}}));
    EXPECT_EQ(body["data_set"], "handbook.jsonl");
}

TEST_F(SchedulesPageTest, ARunCanBeRepeatedByASchedule) {
    fake.node.answer("GET", "/v1/fine_tuning/jobs/ftjob-2",
                     QJsonObject{{"id", "ftjob-2"},
                                 {"model", "hearth-demo"},
                                 {"training_file", "file-1"},
                                 {"hearth", QJsonObject{{"epochs", 5}, {"max_steps", 40}}}});
    page.openItem("new?job=ftjob-2");
    ASSERT_TRUE(QTest::qWaitFor([&] { return form().isReady(); }, kWaitMs));
    EXPECT_EQ(form().draft().model, "hearth-demo");
    EXPECT_EQ(form().draft().dataSet, "handbook.jsonl");
    EXPECT_EQ(form().draft().epochs, "5");
    EXPECT_TRUE(form().draft().id.isEmpty());
}

TEST_F(SchedulesPageTest, WhoMayOnlyReadSeesNothingToDo) {
    core::PermissionSet reader;
    reader.add(core::Permission::ReadFineTuning);
    fake.permit(reader);
    page.left();
    page.shown();
    EXPECT_TRUE(page.commands().isEmpty());
    page.openItem("new");
    EXPECT_NE(page.view(), page.form());
    page.openItem("s1");
    for (auto* button : page.drawer()->findChildren<Button*>())
        EXPECT_TRUE(button->text().isEmpty() || !button->isVisible())
            << button->text().toStdString();
}

TEST(WeekViewTest, ManyStartsOfOneDayAreTold) {
    WeekView week;
    week.resize(900, 168);
    QVector<WeekEntry> entries;
    const qint64 morning = noonIn(2) - 6 * 3600;
    for (int i = 0; i < 12; ++i)
        entries.append({.id = "s1", .name = "often", .at = morning + i * 1800});
    for (int i = 0; i < 6; ++i)
        entries.append({.id = QString::number(i), .name = QString("s%1").arg(i), .at = noonIn(3)});
    week.setEntries(entries);
    EXPECT_EQ(week.linesOf(2), QStringList{"12× often"});
    ASSERT_EQ(week.linesOf(3).size(), 4);
    EXPECT_EQ(week.linesOf(3)[0], "12:00 s0");
    EXPECT_EQ(week.linesOf(3)[3], "+3 more");
}

}  // namespace
}  // namespace hearth::ui
