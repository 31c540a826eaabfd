#include <QtTest>

#include "tests/ui/flows/stage.h"

namespace hearth::ui {
namespace {

class OverviewFlow : public FlowTest {};

TEST_F(OverviewFlow, ShowsWhatTheNodeDoesAndHolds) {
    const QString tuned = haveTunedModel();
    for (int i = 0; i < 3; ++i)
        sharedNode().hearth({"chat", tuned, "Where is the office?", "--max-tokens", "32"});
    openSignedIn();
    goTo("overview");
    ASSERT_TRUE(waitForText(&window(), "is well"));
    pause(1500);
    EXPECT_EQ(namelessFocusable(&window()), "");
    picture("overview");
}

}  // namespace
}  // namespace hearth::ui
