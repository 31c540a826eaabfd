#include <QScrollArea>
#include <QScrollBar>
#include <QtTest>

#include "tests/ui/flows/stage.h"
#include "ui/models/node_watch.h"
#include "ui/pages/fine_tuning/run_view.h"
#include "ui/shell/navigator.h"
#include "ui/widgets/table/data_table.h"

namespace hearth::ui {
namespace {

class FineTuningFlow : public FlowTest {};

TEST_F(FineTuningFlow, FromTheFormToAChatWithTheNewModel) {
    haveModel();
    haveDataSet();
    openSignedIn();
    goTo("fine_tuning");
    ASSERT_TRUE(click(&window(), "New fine-tuning"));
    ASSERT_TRUE(choose(&window(), "Base model", haveModel()));
    ASSERT_TRUE(choose(&window(), "Training file", "train.jsonl"));
    ASSERT_TRUE(type(&window(), "Name", "from console"));
    ASSERT_TRUE(type(&window(), "Epochs", "5"));
    ASSERT_TRUE(type(&window(), "Learning rate", "0.005"));
    ASSERT_TRUE(type(&window(), "Batch tokens", "1024"));
    ASSERT_TRUE(click(&window(), "Start fine-tuning"));
    EXPECT_TRUE(waitForText(&window(), "Use letters, digits"));
    EXPECT_EQ(namelessFocusable(&window()), "");
    ASSERT_TRUE(type(&window(), "Name", "console"));
    ASSERT_TRUE(click(&window(), "How long would it take?"));
    EXPECT_TRUE(waitForText(&window(), " of memory.", 60'000));
    picture("new_run");
    ASSERT_TRUE(click(&window(), "Start fine-tuning"));
    ASSERT_TRUE(waitForText(&window(), "has started"));
    ASSERT_TRUE(waitForText(&window(), "Step ", 60'000));
    EXPECT_EQ(namelessFocusable(&window()), "");
    ASSERT_TRUE(waitUntil(
        [this] { return findCalled<QAbstractButton>(&window(), "Chat with it") != nullptr; },
        240'000));
    pause(2500);  // the curves' last points
    picture("run");
    ASSERT_TRUE(waitForText(&window(), "What this run was made from."));
    auto* scroll = window().page("fine_tuning")->findChild<RunView*>()->findChild<QScrollArea*>();
    scroll->verticalScrollBar()->setValue(scroll->verticalScrollBar()->maximum());
    ASSERT_TRUE(click(&window(), "Verify"));
    EXPECT_TRUE(waitForText(&window(), "the same bits came out again", 120'000));
    pause(300);
    scroll->verticalScrollBar()->setValue(scroll->verticalScrollBar()->maximum());
    picture("run_record");

    ASSERT_TRUE(click(&window(), "Chat with it"));
    EXPECT_EQ(window().currentPage().toStdString(), "chat");
    ASSERT_TRUE(waitForText(&window(), "Talk to ft:hearth-demo:console"));
    ASSERT_TRUE(type(&window(), "Prompt", "Tell me the highest allowed temperature of P-204."));
    ASSERT_TRUE(click(&window(), "Send"));
    EXPECT_TRUE(waitForText(&window(), "first after", 30'000));
}

TEST_F(FineTuningFlow, TwoRunsSideBySide) {
    haveTunedModel();
    sharedNode().hearth({"finetune", "create", "--model", haveModel(), "--training-file",
                         haveDataSet(), "--suffix", "second", "--settings",
                         sharedNode().directory() + "/tmp/short_run.json", "--watch"});
    openSignedIn();
    goTo("fine_tuning");
    ASSERT_TRUE(waitUntil([this] { return context().watch.jobs().size() >= 2; }));
    pause(500);
    picture("fine_tuning");
    auto* table = window().page("fine_tuning")->findChild<DataTable*>();
    table->findChild<QTableView*>()->selectAll();
    const auto& jobs = context().watch.jobs();
    if (jobs.size() == 2) {
        ASSERT_TRUE(click(&window(), "Compare"));
    } else {
        context().navigator.open("fine_tuning", jobs[0].id + "," + jobs[1].id);
    }
    EXPECT_TRUE(waitForText(&window(), "Two runs side by side"));
    pause(1500);
    EXPECT_EQ(namelessFocusable(&window()), "");
    picture("compare");
}

}  // namespace
}  // namespace hearth::ui
