#include "ui/pages/fine_tuning/fine_tuning_page.h"

#include <gtest/gtest.h>

#include <QSignalSpy>

#include "tests/ui/support/busy_node.h"
#include "tests/ui/support/fake_session.h"
#include "ui/pages/fine_tuning/compare_view.h"
#include "ui/pages/fine_tuning/new_run_form.h"
#include "ui/pages/fine_tuning/probe_row.h"
#include "ui/pages/fine_tuning/run_curves.h"
#include "ui/pages/fine_tuning/run_view.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/button.h"
#include "ui/widgets/chart/chart.h"
#include "ui/widgets/combo_box.h"
#include "ui/widgets/confirm.h"
#include "ui/widgets/facts_table.h"
#include "ui/widgets/form_field.h"
#include "ui/widgets/line_field.h"
#include "ui/widgets/log_view.h"
#include "ui/widgets/progress_row.h"
#include "ui/widgets/table/data_table.h"

namespace hearth::ui {
namespace {

constexpr int kWaitMs = 8000;

class FineTuningPageTest : public testing::Test {
protected:
    FineTuningPageTest() {
        makeBusy(fake.node);
        page.resize(1200, 900);
        page.show();
        page.shown();
        fake.watch.refresh();
    }

    bool waitForRuns() {
        return QTest::qWaitFor([this] { return page.table()->rows().size() == 5; }, kWaitMs);
    }
    const ChartData& loss() { return page.run()->curves()->loss()->data(); }
    size_t trainingPoints() { return loss().curves()[0].raw.size(); }
    bool openRun(const QString& id) {
        page.openItem(id);
        return QTest::qWaitFor([this] { return !loss().isEmpty(); }, kWaitMs);
    }
    bool openForm(const QString& item) {
        page.openItem(item);
        return QTest::qWaitFor([this] { return page.form()->isReady(); }, kWaitMs);
    }
    void type(DraftField which, const QString& text) {
        qobject_cast<LineField*>(page.form()->field(which)->editor())->setText(text);
    }
    void start() { QTest::keyClick(page.form()->startButton(), Qt::Key_Return); }

    FakeSession fake;
    FineTuningPage page{fake.context};
};

TEST_F(FineTuningPageTest, ATrialSaysWhatARunWouldTake) {
    const auto operation = [](const QString& status) {
        return QJsonObject{
            {"id", "op-1"},
            {"kind", "probe"},
            {"status", status},
            {"result", QJsonObject{{"seconds", 90}, {"total_steps", 400}, {"planned_bytes", 2e9}}}};
    };
    fake.node.answer("POST", "/api/v1/jobs/probe",
                     FakeAnswer{.status = 202, .json = operation("running")});
    fake.node.answer("GET", "/api/v1/operations/op-1", operation("succeeded"));
    fake.node.answer("POST", "/api/v1/operations/op-1/cancel", operation("cancelled"));
    ASSERT_TRUE(openForm("new"));
    page.form()->probeButton()->click();
    EXPECT_TRUE(page.form()->field(DraftField::TrainingFile)->hasError());
    EXPECT_EQ(fake.node.count("POST", "/api/v1/jobs/probe"), 0);
    qobject_cast<ComboBox*>(page.form()->field(DraftField::TrainingFile)->editor())
        ->setCurrentIndex(1);
    page.form()->probeButton()->click();
    ASSERT_TRUE(
        QTest::qWaitFor([&] { return page.form()->probe()->progress()->isVisible(); }, kWaitMs));
    ASSERT_TRUE(QTest::qWaitFor(
        [&] {
            return page.form()->probe()->answer() ==
                   "About 1 min 30 s for 400 steps, and 2.0 GB of memory.";
        },
        kWaitMs));
    type(DraftField::Epochs, "7");  // it was about other settings
    EXPECT_EQ(page.form()->probe()->answer(), "");
}

TEST_F(FineTuningPageTest, ListsRunsWithFileNames) {
    ASSERT_TRUE(waitForRuns());
    ASSERT_TRUE(QTest::qWaitFor(
        [&] { return page.table()->rows()[0].cells[4].text == "support-tickets.jsonl"; }, kWaitMs));
    EXPECT_EQ(page.table()->rows()[2].cells[0].text, "hearth-demo-support");
}

TEST_F(FineTuningPageTest, ARunShowsCurvesProgressAndCheckpoints) {
    ASSERT_TRUE(waitForRuns());
    ASSERT_TRUE(openRun("ftjob-running"));
    EXPECT_EQ(page.view(), page.run());
    EXPECT_EQ(trainingPoints(), 240u);
    EXPECT_EQ(loss().curves()[1].name, "Validation, support");
    EXPECT_EQ(page.run()->curves()->rate()->data().curves()[0].raw.size(), 240u);
    ASSERT_TRUE(
        QTest::qWaitFor([&] { return page.run()->checkpoints()->facts().size() == 2; }, kWaitMs));
    EXPECT_EQ(page.run()->checkpoints()->facts()[0].values[0], "1.420");
    EXPECT_FALSE(page.run()->chatButton()->isVisibleTo(&page));
    EXPECT_TRUE(page.run()->progress()->details().contains("60 %"));
}

TEST_F(FineTuningPageTest, CurvesGrowWithoutDoubles) {
    fake.node.handle("GET", "/api/v1/jobs/ftjob-running/metrics",
                     [asked = 0](const FakeRequest&) mutable {
                         return FakeAnswer{.json = busyCurves(100 + 20 * asked++)};
                     });
    ASSERT_TRUE(openRun("ftjob-running"));
    EXPECT_EQ(trainingPoints(), 100u);
    ASSERT_TRUE(QTest::qWaitFor([&] { return trainingPoints() == 120u; }, kWaitMs));
    QString after;
    for (const FakeRequest& request : fake.node.requests())
        after =
            request.path.endsWith("ftjob-running/metrics") ? request.queryValue("after") : after;
    EXPECT_EQ(after, "99");
}

// Two rounds of questions under way at once once doubled every line of the log.
TEST_F(FineTuningPageTest, OpeningTwiceLogsOnce) {
    page.openItem("ftjob-done");
    page.openItem("ftjob-done");
    const auto lines = [this] { return page.run()->log()->area()->buffer().size(); };
    ASSERT_TRUE(QTest::qWaitFor([&] { return lines() == 3; }, kWaitMs));
    QTest::qWait(300);
    EXPECT_EQ(lines(), 3);
}

TEST_F(FineTuningPageTest, CancelAsksFirst) {
    const QString path = "/v1/fine_tuning/jobs/ftjob-running/cancel";
    fake.node.answer("POST", path, busyJob("ftjob-running", "cancelled"));
    ASSERT_TRUE(openRun("ftjob-running"));
    QTest::keyClick(page.run()->progress()->cancelButton(), Qt::Key_Space);
    auto* confirm = page.findChild<Confirm*>();
    ASSERT_NE(confirm, nullptr);
    EXPECT_EQ(fake.node.count("POST", path), 0);
    QTest::mouseClick(confirm->confirmButton(), Qt::LeftButton);
    ASSERT_TRUE(QTest::qWaitFor([&] { return page.run()->job().status == "cancelled"; }, kWaitMs));
}

TEST_F(FineTuningPageTest, AFinishedRunCanBeChattedWithAndTrainedAgain) {
    ASSERT_TRUE(openRun("ftjob-done"));
    ASSERT_TRUE(
        QTest::qWaitFor([&] { return page.run()->chatButton()->isVisibleTo(&page); }, kWaitMs));
    EXPECT_EQ(page.run()->evaluations()->facts()[0].values[2], "+37.0 pts");
    QSignalSpy requested(&fake.navigator, &Navigator::requested);
    QTest::keyClick(page.run()->chatButton(), Qt::Key_Return);
    ASSERT_EQ(requested.size(), 1);
    EXPECT_EQ(requested[0][1], "hearth-demo-support");
    emit page.run()->againWanted(page.run()->job());
    ASSERT_TRUE(QTest::qWaitFor([&] { return page.form()->draft().trainingFile == "file-train"; },
                                kWaitMs));
    EXPECT_EQ(page.form()->draft().rank, "16");
    EXPECT_EQ(page.form()->draft().learningRate, "0.001");
}

TEST_F(FineTuningPageTest, AFailedRunSaysWhy) {
    ASSERT_TRUE(openRun("ftjob-failed"));
    auto* trouble = page.run()->findChild<Banner*>();
    ASSERT_TRUE(
        QTest::qWaitFor([&] { return trouble->text().contains("out of memory"); }, kWaitMs));
    EXPECT_TRUE(trouble->isVisibleTo(&page));
}

TEST_F(FineTuningPageTest, TwoRunsSideBySide) {
    ASSERT_TRUE(waitForRuns());
    page.openItem("ftjob-done,ftjob-older");
    EXPECT_EQ(page.view(), page.compare());
    QStringList marked;
    for (const Fact& fact : page.compare()->settings()->facts()) {
        if (fact.marked)
            marked.append(fact.label);
    }
    EXPECT_EQ(marked, QStringList{"Learning rate"});
    const auto& curves = page.compare()->chart()->data().curves();
    ASSERT_TRUE(QTest::qWaitFor(
        [&] { return curves[0].raw.size() == 240 && curves[2].raw.size() == 240; }, kWaitMs));
    EXPECT_EQ(page.compare()->evaluations()->facts().size(), 1);
    QTest::keyClick(page.compare()->backButton(), Qt::Key_Escape);
    EXPECT_EQ(page.view(), page.table());
}

TEST_F(FineTuningPageTest, StartsARun) {
    fake.node.answer("POST", "/v1/fine_tuning/jobs", busyJob("ftjob-queued", "queued"));
    ASSERT_TRUE(openForm("new?model=hearth-demo&file=file-train"));
    EXPECT_EQ(page.form()->draft().model, "hearth-demo");
    EXPECT_EQ(page.form()->draft().trainingFile, "file-train");
    type(DraftField::Epochs, "5");
    start();
    ASSERT_TRUE(QTest::qWaitFor([&] { return page.view() == page.run(); }, kWaitMs));
    EXPECT_EQ(page.run()->job().id, "ftjob-queued");
    QJsonObject sent;
    for (const FakeRequest& request : fake.node.requests())
        sent = request.method == "POST" ? request.json() : sent;
    EXPECT_EQ(sent["hearth"].toObject()["epochs"].toInt(), 5);
}

TEST_F(FineTuningPageTest, WhatIsMissingIsSaidOnStartAndWrongNumbersAtOnce) {
    ASSERT_TRUE(openForm("new"));
    FormField* file = page.form()->field(DraftField::TrainingFile);
    EXPECT_FALSE(file->hasError());
    type(DraftField::Rank, "a lot");
    EXPECT_TRUE(page.form()->field(DraftField::Rank)->hasError());
    start();
    EXPECT_TRUE(file->hasError());
    EXPECT_EQ(fake.node.count("POST", "/v1/fine_tuning/jobs"), 0);
}

TEST_F(FineTuningPageTest, ARefusalStandsAtItsField) {
    fake.node.answer(
        "POST", "/v1/fine_tuning/jobs",
        FakeAnswer::error(400, "invalid_request", "The file is empty.", "training_file"));
    ASSERT_TRUE(openForm("new?model=hearth-demo&file=file-train"));
    start();
    FormField* file = page.form()->field(DraftField::TrainingFile);
    ASSERT_TRUE(QTest::qWaitFor([&] { return file->hasError(); }, kWaitMs));
    EXPECT_EQ(file->error(), "The file is empty.");
    EXPECT_EQ(page.view(), page.form());
}

TEST_F(FineTuningPageTest, WhoMayOnlyReadStartsAndCancelsNothing) {
    fake.permit({core::Permission::ReadFineTuning, core::Permission::ReadFiles});
    page.shown();
    ASSERT_TRUE(openRun("ftjob-running"));
    EXPECT_FALSE(page.run()->progress()->cancelButton()->isVisibleTo(&page));
    for (const PageCommand& command : page.commands())
        EXPECT_NE(command.title(), "New fine-tuning");
}

}  // namespace
}  // namespace hearth::ui
