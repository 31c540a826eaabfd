#include "ui/theme/tokens.h"

#include <gtest/gtest.h>

namespace hearth::ui {
namespace {

class ContrastTest : public testing::TestWithParam<bool> {
protected:
    const Colors& c = GetParam() ? darkColors() : lightColors();
};

TEST_P(ContrastTest, TextReachesFourAndAHalfOnEveryGround) {
    for (const QColor& ground : {c.background, c.surface, c.raised, c.accentSoft})
        for (const QColor& ink : {c.text, c.muted})
            EXPECT_GE(contrastRatio(ink, ground), 4.5)
                << ink.name().toStdString() << " on " << ground.name().toStdString();
    for (const QColor& ground : {c.background, c.surface})
        for (const QColor& ink : {c.accent, c.good, c.attention, c.bad, c.information})
            EXPECT_GE(contrastRatio(ink, ground), 4.5)
                << ink.name().toStdString() << " on " << ground.name().toStdString();
    EXPECT_GE(contrastRatio(c.onAccent, c.accent), 4.5);
    EXPECT_GE(contrastRatio(c.onBad, c.bad), 4.5);
    EXPECT_GE(contrastRatio(c.accent, c.accentSoft), 4.5);
}

TEST_P(ContrastTest, MarksReachThree) {
    for (const QColor& mark : c.series)
        EXPECT_GE(contrastRatio(mark, c.surface), 3.0) << mark.name().toStdString();
    EXPECT_GE(contrastRatio(c.outline, c.surface), 3.0);
    EXPECT_GE(contrastRatio(c.outline, c.background), 3.0);
}

TEST(ContrastRatio, KnowsTheEndsOfTheScale) {
    EXPECT_NEAR(contrastRatio(Qt::black, Qt::white), 21, 1e-9);
    EXPECT_NEAR(contrastRatio(Qt::red, Qt::red), 1, 1e-9);
    // WCAG's own example of a grey that just passes.
    EXPECT_NEAR(contrastRatio(QColor("#767676"), Qt::white), 4.54, 0.01);
}

INSTANTIATE_TEST_SUITE_P(Schemes, ContrastTest, testing::Bool(),
                         [](const auto& scheme) { return scheme.param ? "Dark" : "Light"; });

}  // namespace
}  // namespace hearth::ui
