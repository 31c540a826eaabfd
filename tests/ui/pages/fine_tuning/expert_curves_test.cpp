// What a run does to the experts, and rewards, as the console draws them.
#include "ui/pages/fine_tuning/expert_curves.h"

#include <gtest/gtest.h>

#include "ui/pages/fine_tuning/run_curves.h"
#include "ui/widgets/chart/chart.h"
#include "ui/widgets/segmented_control.h"

namespace hearth::ui {
namespace {

Curve curve(const QVector<double>& values) {
    Curve curve;
    for (int i = 0; i < values.size(); ++i) {
        curve.steps.append(i + 1);
        curve.values.append(values[i]);
    }
    return curve;
}

JobCurves threeLayers() {
    JobCurves curves;
    const double load[3] = {1.5, 3.25, 2.0}, entropy[3] = {0.9, 0.5, 0.95};
    for (int i = 0; i < 3; ++i) {
        const QString prefix = QStringLiteral("experts/%1/").arg(4 * i + 3);
        curves[prefix + "load"] = curve({1.0, load[i]});
        curves[prefix + "entropy"] = curve({1.0, entropy[i]});
        curves[prefix + "dead"] = curve({0.0, i == 2 ? 2.0 : 0.0});
        curves[prefix + "drift"] = curve({0.0, 0.1 * i});
    }
    return curves;
}

double last(ExpertCurves& experts, size_t line) {
    const SeriesData& points = experts.chart()->data().curves()[line].raw;
    return points.y(points.size() - 1);
}

TEST(ExpertCurvesTest, ShowsTheWorstAndTheMiddleLayerOfEachMeasure) {
    ExpertCurves experts;
    EXPECT_TRUE(experts.isEmpty());
    EXPECT_EQ(experts.sentence(), "");
    JobCurves curves = threeLayers();
    curves["train_loss"] = curve({3.0, 2.0});
    experts.take(curves);
    EXPECT_FALSE(experts.isEmpty());
    struct Expected {
        const char* measure;
        double worst, middle;
        const char* sentence;
    };
    for (const Expected& e :
         {Expected{"load", 3.25, 2.0, "Layer 7: the busiest expert gets 3.3 times its even share."},
          Expected{"entropy", 0.5, 0.9, "Layer 7 chooses the least evenly: 0.50 of 1."},
          Expected{"dead", 2, 0, "Layer 11 has 2 dead experts."},
          Expected{"drift", 0.2, 0.1,
                   "Layer 11: 20.0 % of the tokens go to other experts than at the start."}}) {
        experts.measure()->setChoice(QString(e.measure));
        emit experts.measure()->chosen(QString(e.measure));
        EXPECT_EQ(experts.chart()->data().curves()[0].raw.size(), 2u);
        EXPECT_DOUBLE_EQ(last(experts, 0), e.worst);
        EXPECT_DOUBLE_EQ(last(experts, 1), e.middle);
        EXPECT_EQ(experts.sentence(), e.sentence);
    }
    experts.take(curves);  // asked again
    EXPECT_EQ(experts.chart()->data().curves()[0].raw.size(), 2u);
    experts.reset();
    EXPECT_TRUE(experts.isEmpty());
    EXPECT_TRUE(experts.chart()->data().isEmpty());
}

TEST(RunCurvesTest, ARunThatRewardsAnswersShowsTheReward) {
    RunCurves curves;
    JobCurves values;
    values["train_loss"] = curve({0.0, 0.0});
    values["train_reward"] = curve({0.25, 0.5});
    values["valid_reward/validation"] = curve({0.125});
    curves.take(values);
    const auto& series = curves.loss()->data().curves();
    ASSERT_EQ(series.size(), 2u);
    EXPECT_EQ(series[1].name, "Validation, validation");
    EXPECT_DOUBLE_EQ(series[0].raw.y(1), 0.5);
    EXPECT_DOUBLE_EQ(series[1].raw.y(0), 0.125);
    curves.reset();
    curves.take({{"train_loss", curve({2.0})}});
    EXPECT_DOUBLE_EQ(curves.loss()->data().curves()[0].raw.y(0), 2.0);
}

}  // namespace
}  // namespace hearth::ui
