#include <gtest/gtest.h>

#include <QRadioButton>
#include <QSignalSpy>
#include <QTest>

#include "tests/ui/support/input.h"
#include "ui/widgets/segmented_control.h"
#include "ui/widgets/switch.h"

namespace hearth::ui {
namespace {

TEST(SwitchTest, SpaceTurnsIt) {
    Switch control;
    test::activate(control);
    QTest::keyClick(&control, Qt::Key_Space);
    EXPECT_TRUE(control.isChecked());
}

TEST(SwitchTest, AClickOnItsTextTurnsIt) {
    Switch control;
    control.setText("Reduce motion");
    test::activate(control);
    QTest::mouseClick(&control, Qt::LeftButton, {}, {control.width() - 4, 16});
    EXPECT_TRUE(control.isChecked());
}

class SegmentedControlTest : public testing::Test {
protected:
    SegmentedControlTest() {
        control.addChoice("system", "System");
        control.addChoice("light", "Light");
        control.addChoice("dark", "Dark");
    }
    SegmentedControl control;
};

TEST_F(SegmentedControlTest, StartsAtTheFirst) {
    EXPECT_EQ(control.choice(), "system");
}

TEST_F(SegmentedControlTest, ArrowsMoveAndTell) {
    test::activate(control);
    auto* first = control.findChildren<QRadioButton*>().first();
    first->setFocus();
    QSignalSpy chosen(&control, &SegmentedControl::chosen);
    QTest::keyClick(first, Qt::Key_Right);
    EXPECT_EQ(control.choice(), "light");
    ASSERT_EQ(chosen.count(), 1);
    EXPECT_EQ(chosen[0][0].toString(), "light");
}

TEST_F(SegmentedControlTest, SettingTellsNobody) {
    QSignalSpy chosen(&control, &SegmentedControl::chosen);
    control.setChoice("dark");
    EXPECT_EQ(control.choice(), "dark");
    control.setChoice("sepia");
    EXPECT_EQ(control.choice(), "dark");
    EXPECT_EQ(chosen.count(), 0);
}

}  // namespace
}  // namespace hearth::ui
