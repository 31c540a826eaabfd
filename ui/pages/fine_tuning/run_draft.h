// A run that somebody is about to start: what was typed, whether it can be, and what is sent.
#pragma once
#include <QJsonObject>
#include <QStringList>
#include <QVector>
#include <optional>

namespace hearth::ui {

/// A question file, and the name under which its results are listed.
struct DraftEvaluation {
    QString name;
    QString fileId;
};

/// Numbers as typed; empty means that the node decides.
struct RunDraft {
    QString model;
    QString trainingFile;
    QString validationFile;  // empty: none
    QVector<DraftEvaluation> evaluations;
    QString suffix;
    QString epochs;
    QString rank;
    QString alpha;
    QString learningRate;
    QString batchTokens;
};

enum class DraftField {
    Model,
    TrainingFile,
    ValidationFile,
    Evaluations,
    Suffix,
    Epochs,
    Rank,
    Alpha,
    LearningRate,
    BatchTokens
};

struct DraftProblem {
    DraftField field;
    QString message;  // what to do, in the present language
};

inline constexpr int kMaxEvaluations = 8;

/// The first problem of each field; empty: it can be sent.
QVector<DraftProblem> problemsOf(const RunDraft& draft);
/// The body of POST /v1/fine_tuning/jobs. REQUIRES: no problems.
QJsonObject bodyOf(const RunDraft& draft);
/// "ft:base:suffix:…": the node appends the end of the run's id.
QString tunedNameOf(const RunDraft& draft);
/// Which field a refusal of the node is about.
std::optional<DraftField> fieldOfParam(const QString& param);

}  // namespace hearth::ui
