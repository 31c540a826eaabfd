#include "ui/pages/fine_tuning/run_draft.h"

#include <gtest/gtest.h>

#include <QJsonArray>
#include <QJsonDocument>

namespace hearth::ui {
namespace {

RunDraft good() {
    return {.model = "hearth-demo", .trainingFile = "file-1"};
}

QVector<DraftField> wrongFieldsOf(const RunDraft& draft) {
    QVector<DraftField> fields;
    for (const DraftProblem& problem : problemsOf(draft)) {
        EXPECT_FALSE(problem.message.isEmpty());
        fields.append(problem.field);
    }
    return fields;
}

TEST(RunDraft, ModelAndFileAreEnough) {
    EXPECT_TRUE(problemsOf(good()).isEmpty());
    EXPECT_EQ(QJsonDocument(bodyOf(good())).toJson(QJsonDocument::Compact),
              R"({"model":"hearth-demo","training_file":"file-1"})");
    EXPECT_EQ(wrongFieldsOf({}),
              (QVector<DraftField>{DraftField::Model, DraftField::TrainingFile}));
}

TEST(RunDraft, EverythingTypedIsSent) {
    RunDraft draft = good();
    draft.validationFile = "file-2";
    draft.evaluations = {{.name = "faq", .fileId = "file-3"}};
    draft.suffix = "support-1";
    draft.epochs = "4";
    draft.rank = "32";
    draft.alpha = "64";
    draft.learningRate = "5e-4";
    draft.batchTokens = "2048";
    ASSERT_TRUE(problemsOf(draft).isEmpty());
    const QJsonObject hearth{{"epochs", 4},
                             {"learning_rate", 5e-4},
                             {"batch_tokens", 2048},
                             {"lora", QJsonObject{{"r", 32}, {"alpha", 64}}}};
    const QJsonArray evaluations{QJsonObject{{"name", "faq"}, {"file_id", "file-3"}}};
    EXPECT_EQ(bodyOf(draft), (QJsonObject{{"model", "hearth-demo"},
                                          {"training_file", "file-1"},
                                          {"validation_file", "file-2"},
                                          {"suffix", "support-1"},
                                          {"evaluations", evaluations},
                                          {"hearth", hearth}}));
}

TEST(RunDraft, WrongNumbersAreFoundInPlace) {
    for (const char* typed : {"0", "-1", "51", "2.5", "many", "1e99", "nan", "inf"}) {
        RunDraft draft = good();
        draft.epochs = typed;
        EXPECT_EQ(wrongFieldsOf(draft), QVector<DraftField>{DraftField::Epochs}) << typed;
    }
    RunDraft draft = good();
    draft.learningRate = "2";
    draft.rank = "4096";
    draft.alpha = "x";
    draft.batchTokens = "3";
    EXPECT_EQ(wrongFieldsOf(draft).size(), 4);
}

TEST(RunDraft, SuffixAndFilesFollowTheNodesRules) {
    RunDraft draft = good();
    draft.suffix = QString::fromUtf8("고객");
    EXPECT_EQ(wrongFieldsOf(draft), QVector<DraftField>{DraftField::Suffix});
    draft.suffix = QString(65, 'a');
    EXPECT_EQ(wrongFieldsOf(draft), QVector<DraftField>{DraftField::Suffix});
    draft.suffix = QString();
    draft.validationFile = draft.trainingFile;
    EXPECT_EQ(wrongFieldsOf(draft), QVector<DraftField>{DraftField::ValidationFile});
    draft.validationFile = QString();
    draft.evaluations.resize(kMaxEvaluations + 1);
    EXPECT_EQ(wrongFieldsOf(draft), QVector<DraftField>{DraftField::Evaluations});
}

TEST(RunDraft, TellsTheNameInAdvance) {
    EXPECT_EQ(tunedNameOf(good()), QString::fromUtf8("ft:hearth-demo:…"));
    RunDraft draft = good();
    draft.suffix = "faq";
    EXPECT_EQ(tunedNameOf(draft), QString::fromUtf8("ft:hearth-demo:faq:…"));
    EXPECT_EQ(tunedNameOf({}), QString());
}

}  // namespace
}  // namespace hearth::ui
