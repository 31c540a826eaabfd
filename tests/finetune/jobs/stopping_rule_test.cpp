#include "finetune/jobs/stopping_rule.h"

#include <gtest/gtest.h>
#include <limits>

namespace hearth::finetune {
namespace {

StoppingRule rule(int64_t patience, double threshold = 0.0, bool keepBest = false) {
    Hyperparameters settings;
    settings.early_stopping_patience = patience;
    settings.early_stopping_threshold = threshold;
    settings.load_best_model_at_end = keepBest;
    return StoppingRule(settings);
}

TEST(StoppingRule, WatchesOnlyWhenAskedTo) {
    EXPECT_FALSE(rule(0).watches());
    EXPECT_TRUE(rule(1).watches());
    EXPECT_TRUE(rule(0, 0.0, true).watches());
}

TEST(StoppingRule, StopsAfterPatienceWithoutImprovement) {
    StoppingRule stopping = rule(2);
    EXPECT_TRUE(stopping.add(5, 2.0));
    EXPECT_TRUE(stopping.add(10, 1.0));
    EXPECT_FALSE(stopping.add(15, 1.0));
    EXPECT_FALSE(stopping.stops());
    EXPECT_FALSE(stopping.add(20, 1.5));
    EXPECT_TRUE(stopping.stops());
    EXPECT_EQ(stopping.state().best_step, 10);
    EXPECT_EQ(stopping.state().best_loss, 1.0);
}

TEST(StoppingRule, ImprovementBelowTheThresholdIsBestButNotEnough) {
    StoppingRule stopping = rule(2, 0.5);
    stopping.add(5, 2.0);
    EXPECT_TRUE(stopping.add(10, 1.75));
    EXPECT_EQ(stopping.state().stale_evaluations, 1);
    EXPECT_TRUE(stopping.add(15, 1.0));  // by 0.75
    EXPECT_EQ(stopping.state().stale_evaluations, 0);
    EXPECT_TRUE(stopping.add(20, 0.5));  // by the threshold and no more
    EXPECT_TRUE(stopping.add(25, 0.25));
    EXPECT_TRUE(stopping.stops());
    EXPECT_EQ(stopping.state().best_step, 25);
}

TEST(StoppingRule, NoNumberIsNoImprovement) {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    StoppingRule stopping = rule(2);
    EXPECT_FALSE(stopping.add(5, nan));
    EXPECT_TRUE(stopping.add(10, 3.0));
    EXPECT_FALSE(stopping.add(15, nan));
    EXPECT_FALSE(stopping.add(20, -std::numeric_limits<double>::infinity()));
    EXPECT_TRUE(stopping.stops());
    EXPECT_EQ(stopping.state().best_step, 10);
}

TEST(StoppingRule, GoesOnFromItsState) {
    StoppingRule whole = rule(3);
    StoppingRule first = rule(3);
    const double losses[] = {3.0, 2.0, 2.5, 2.25, 2.75};
    for (int64_t i = 0; i < 2; ++i)
        EXPECT_EQ(whole.add(i + 1, losses[i]), first.add(i + 1, losses[i]));
    StoppingRule second = rule(3);
    second.setState(first.state());
    for (int64_t i = 2; i < 5; ++i) {
        EXPECT_EQ(whole.add(i + 1, losses[i]), second.add(i + 1, losses[i]));
        EXPECT_EQ(whole.stops(), second.stops());
    }
    EXPECT_TRUE(second.stops());
}

JobSpec watchedSpec() {
    JobSpec spec;
    spec.hyperparameters.early_stopping_patience = 2;
    spec.hyperparameters.evaluate_every = 5;
    spec.evaluations = {{.name = "held", .at_intervals = true}};
    return spec;
}

TEST(CheckStopping, NeedsSomethingThatIsMeasured) {
    JobSpec spec = watchedSpec();
    EXPECT_TRUE(checkStopping(spec));
    spec.evaluations[0].at_intervals = false;
    auto status = checkStopping(spec);
    ASSERT_FALSE(status);
    EXPECT_NE(status.error().message.find("early_stopping_patience needs an evaluation"),
              std::string::npos);
    spec = watchedSpec();
    spec.evaluations[0].kind = EvaluationKind::Questions;
    EXPECT_FALSE(checkStopping(spec));
    spec = watchedSpec();
    spec.hyperparameters.evaluate_every = 0;
    spec.hyperparameters.early_stopping_patience = 0;
    EXPECT_TRUE(checkStopping(spec));
    spec.hyperparameters.load_best_model_at_end = true;
    status = checkStopping(spec);
    ASSERT_FALSE(status);
    EXPECT_NE(status.error().message.find("load_best_model_at_end needs"), std::string::npos);
}

}  // namespace
}  // namespace hearth::finetune
