#include "ui/widgets/button.h"

#include <gtest/gtest.h>

#include <QSignalSpy>

#include "tests/ui/support/input.h"
#include "ui/theme/paint.h"

namespace hearth::ui {
namespace {

TEST(ButtonTest, SpaceEnterAndReturnPressIt) {
    Button button(ButtonKind::Primary);
    button.setText("Start");
    test::activate(button);
    QSignalSpy clicked(&button, &Button::clicked);
    for (const auto key : {Qt::Key_Space, Qt::Key_Enter, Qt::Key_Return})
        QTest::keyClick(&button, key);
    EXPECT_EQ(clicked.count(), 3);
}

TEST(ButtonTest, DisabledIgnoresKeys) {
    Button button;
    button.setEnabled(false);
    test::activate(button);
    QSignalSpy clicked(&button, &Button::clicked);
    QTest::keyClick(&button, Qt::Key_Return);
    EXPECT_EQ(clicked.count(), 0);
}

TEST(ButtonTest, IsAsHighAsEveryControl) {
    Button words;
    words.setText("Start fine-tuning");
    Button icon(ButtonKind::Plain, "close");
    EXPECT_EQ(words.sizeHint().height(), metrics::kControlHeight);
    EXPECT_EQ(icon.sizeHint(), QSize(metrics::kControlHeight, metrics::kControlHeight));
}

TEST(ButtonTest, IconOnlyNamesItselfWithItsShortcut) {
    Button button(ButtonKind::Plain, "refresh");
    button.setShortcut(QKeySequence("Ctrl+R"));
    button.setName("Refresh");
    EXPECT_EQ(button.accessibleName(), "Refresh");
    EXPECT_EQ(button.toolTip(), "Refresh (Ctrl+R)");
}

TEST(ButtonTest, RingShowsForTheKeyboardAndNotForTheMouse) {
    QWidget window;
    Button first(ButtonKind::Quiet, &window);
    Button second(ButtonKind::Quiet, &window);
    second.move(0, 60);
    test::activate(window);
    first.setFocus(Qt::TabFocusReason);
    EXPECT_TRUE(showsFocusRing(&first));
    QTest::mouseClick(&second, Qt::LeftButton);
    EXPECT_TRUE(second.hasFocus());
    EXPECT_FALSE(showsFocusRing(&second));
    QTest::keyClick(&second, Qt::Key_Shift);
    EXPECT_TRUE(showsFocusRing(&second));
}

}  // namespace
}  // namespace hearth::ui
