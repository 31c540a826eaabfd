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

TEST(RunFacts, SettingsOfOtherMethodsAreLeftOut) {
    const auto labels = [](const QString& method, bool full = false) {
        Job job;
        job.method = method;
        job.settings = {{"epochs", 3},
                        {"lora", QJsonObject{{"r", 16}}},
                        {"dpo", QJsonObject{{"beta", 0.1}}},
                        {"policy", QJsonObject{{"group_size", 8}, {"clip_low", 0.2}}},
                        {"distill", QJsonObject{{"keep", 2}}}};
        if (full)
            job.settings["full"] = true;
        QStringList all;
        for (const Fact& fact : settingFacts(job))
            all.append(fact.label);
        return all;
    };
    EXPECT_EQ(labels("supervised"), (QStringList{"Epochs", "LoRA rank"}));
    EXPECT_EQ(labels("supervised", true), (QStringList{"Epochs", "full"}));
    EXPECT_EQ(labels("dpo"), (QStringList{"Epochs", "LoRA rank", "DPO beta"}));
    EXPECT_EQ(labels("reinforcement"),
              (QStringList{"Epochs", "LoRA rank", "Answers per prompt", "Ratio clip below"}));
    EXPECT_EQ(labels("distillation"),
              (QStringList{"Epochs", "LoRA rank", "Answers per prompt", "Answers kept"}));
    EXPECT_EQ(labels("pretraining"), (QStringList{"Epochs"}));
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
