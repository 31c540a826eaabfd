#include "ui/pages/fine_tuning/run_draft.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QRegularExpression>

#include "ui/i18n/format.h"

namespace hearth::ui {
namespace {

struct Draft {
    Q_DECLARE_TR_FUNCTIONS(Draft)
};

struct Bounds {
    double low;
    double high;
    bool whole;
};

/// The node's own limits.
constexpr Bounds kEpochs{1, 50, true};
constexpr Bounds kRank{1, 1024, true};
constexpr Bounds kAlpha{1e-3, 1e5, false};
constexpr Bounds kLearningRate{1e-9, 1, false};
constexpr Bounds kBatchTokens{8, 16e6, true};
constexpr int kLongestSuffix = 64;

QString numberProblem(const QString& typed, const Bounds& bounds) {
    if (typed.trimmed().isEmpty())
        return {};
    bool ok = false;
    const double value = typed.trimmed().toDouble(&ok);
    const QString low =
        bounds.whole ? formatCount(qint64(bounds.low)) : QString::number(bounds.low, 'g', 3);
    const QString high =
        bounds.whole ? formatCount(qint64(bounds.high)) : QString::number(bounds.high, 'g', 6);
    if (ok && bounds.whole && value != std::floor(value))
        ok = false;
    if (ok && value >= bounds.low && value <= bounds.high)
        return {};
    return bounds.whole
               ? Draft::tr("Enter a whole number from %1 to %2, or leave it empty for auto.")
                     .arg(low, high)
               : Draft::tr("Enter a number from %1 to %2, or leave it empty for auto.")
                     .arg(low, high);
}

void addNumber(QJsonObject& object, const char* key, const QString& typed) {
    if (!typed.trimmed().isEmpty())
        object[QLatin1String(key)] = typed.trimmed().toDouble();
}

void checkWords(const RunDraft& draft, QVector<DraftProblem>& problems) {
    static const QRegularExpression kPlain("^[A-Za-z0-9._-]*$");
    if (draft.model.isEmpty())
        problems.append({DraftField::Model, Draft::tr("Choose the model to start from.")});
    if (draft.trainingFile.isEmpty())
        problems.append({DraftField::TrainingFile, Draft::tr("Choose a file of examples.")});
    if (!draft.validationFile.isEmpty() && draft.validationFile == draft.trainingFile)
        problems.append({DraftField::ValidationFile,
                         Draft::tr("Choose a file other than the training file: a loss on what "
                                   "was learnt says nothing.")});
    if (draft.evaluations.size() > kMaxEvaluations)
        problems.append({DraftField::Evaluations,
                         Draft::tr("Choose at most %n files.", nullptr, kMaxEvaluations)});
    if (!kPlain.match(draft.suffix).hasMatch())
        problems.append(
            {DraftField::Suffix, Draft::tr("Use letters, digits, hyphens, underscores and dots.")});
    else if (draft.suffix.size() > kLongestSuffix)
        problems.append(
            {DraftField::Suffix, Draft::tr("Use at most %n characters.", nullptr, kLongestSuffix)});
}

}  // namespace

QVector<DraftProblem> problemsOf(const RunDraft& draft) {
    QVector<DraftProblem> problems;
    checkWords(draft, problems);
    const auto check = [&](DraftField field, const QString& typed, const Bounds& bounds) {
        const QString message = numberProblem(typed, bounds);
        if (!message.isEmpty())
            problems.append({field, message});
    };
    check(DraftField::Epochs, draft.epochs, kEpochs);
    check(DraftField::Rank, draft.rank, kRank);
    check(DraftField::Alpha, draft.alpha, kAlpha);
    check(DraftField::LearningRate, draft.learningRate, kLearningRate);
    check(DraftField::BatchTokens, draft.batchTokens, kBatchTokens);
    return problems;
}

QJsonObject bodyOf(const RunDraft& draft) {
    QJsonObject body{{"model", draft.model}, {"training_file", draft.trainingFile}};
    if (!draft.validationFile.isEmpty())
        body["validation_file"] = draft.validationFile;
    if (!draft.suffix.isEmpty())
        body["suffix"] = draft.suffix;
    QJsonArray evaluations;
    for (const DraftEvaluation& e : draft.evaluations)
        evaluations.append(QJsonObject{{"name", e.name}, {"file_id", e.fileId}});
    if (!evaluations.isEmpty())
        body["evaluations"] = evaluations;
    QJsonObject hearth, lora;
    addNumber(hearth, "epochs", draft.epochs);
    addNumber(hearth, "learning_rate", draft.learningRate);
    addNumber(hearth, "batch_tokens", draft.batchTokens);
    addNumber(lora, "r", draft.rank);
    addNumber(lora, "alpha", draft.alpha);
    if (!lora.isEmpty())
        hearth["lora"] = lora;
    if (!hearth.isEmpty())
        body["hearth"] = hearth;
    return body;
}

QString tunedNameOf(const RunDraft& draft) {
    if (draft.model.isEmpty())
        return {};
    const QString middle = draft.suffix.isEmpty() ? QString() : draft.suffix + ':';
    return "ft:" + draft.model + ':' + middle + QChar(0x2026);
}

std::optional<DraftField> fieldOfParam(const QString& param) {
    static const QHash<QString, DraftField> kFields = {
        {"model", DraftField::Model},
        {"training_file", DraftField::TrainingFile},
        {"validation_file", DraftField::ValidationFile},
        {"evaluations", DraftField::Evaluations},
        {"suffix", DraftField::Suffix}};
    const auto it = kFields.find(param);
    return it == kFields.end() ? std::nullopt : std::optional(*it);
}

}  // namespace hearth::ui
