#include "ui/pages/fine_tuning/run_facts.h"

#include <gtest/gtest.h>

#include <QJsonArray>

namespace hearth::ui {
namespace {

const QString kDash(QChar(0x2013));

TEST(RunFacts, KnownSettingsComeFirstAndTheRestIsKept) {
    Job job;
    job.settings = {{"zeta", 1},
                    {"learning_rate", 0.0005},
                    {"epochs", 3},
                    {"lora", QJsonObject{{"r", 16}, {"targets", QJsonArray()}}}};
    const QVector<Fact> facts = settingFacts(job);
    ASSERT_EQ(facts.size(), 5);
    EXPECT_EQ(facts[0], (Fact{.label = "Epochs", .values = {"3"}}));
    EXPECT_EQ(facts[1], (Fact{.label = "Learning rate", .values = {"0.0005"}}));
    EXPECT_EQ(facts[2].label, "LoRA rank");
    EXPECT_EQ(facts[3], (Fact{.label = "LoRA targets", .values = {"all"}}));
    EXPECT_EQ(facts[4].label, "zeta");
}

TEST(RunFacts, EvaluationsTellTheChangeInPoints) {
    Job job;
    job.evaluations = {{.name = "faq", .questions = 10, .before = 0.4, .after = 0.85},
                       {.name = "new", .questions = 5, .before = 0.1}};
    const QVector<Fact> facts = evaluationFacts(job);
    EXPECT_EQ(facts[0].values, (QStringList{"40.0 %", "85.0 %", "+45.0 pts"}));
    EXPECT_EQ(facts[1].values, (QStringList{"10.0 %", kDash, kDash}));
}

TEST(RunFacts, ComparisonMarksWhatDiffers) {
    const QVector<Fact> facts =
        comparedFacts({{.label = "Rank", .values = {"16"}}, {.label = "Epochs", .values = {"3"}}},
                      {{.label = "Rank", .values = {"32"}},
                       {.label = "Epochs", .values = {"3"}},
                       {.label = "Seed", .values = {"1"}}});
    ASSERT_EQ(facts.size(), 3);
    EXPECT_EQ(facts[0], (Fact{.label = "Rank", .values = {"16", "32"}, .marked = true}));
    EXPECT_EQ(facts[1], (Fact{.label = "Epochs", .values = {"3", "3"}}));
    EXPECT_EQ(facts[2], (Fact{.label = "Seed", .values = {kDash, "1"}, .marked = true}));
}

}  // namespace
}  // namespace hearth::ui
