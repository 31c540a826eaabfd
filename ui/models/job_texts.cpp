#include "ui/models/job_texts.h"

#include <QCoreApplication>

#include "ui/i18n/format.h"

namespace hearth::ui {
namespace {

struct Jobs {
    Q_DECLARE_TR_FUNCTIONS(Jobs)
};

struct Status {
    const char* code;
    const char* text;
    Tone tone;
};

constexpr Status kStatuses[] = {
    {"queued", QT_TRANSLATE_NOOP("Jobs", "Waiting"), Tone::Muted},
    {"validating_files", QT_TRANSLATE_NOOP("Jobs", "Checking files"), Tone::Information},
    {"running", QT_TRANSLATE_NOOP("Jobs", "Running"), Tone::Information},
    {"succeeded", QT_TRANSLATE_NOOP("Jobs", "Succeeded"), Tone::Good},
    {"failed", QT_TRANSLATE_NOOP("Jobs", "Failed"), Tone::Bad},
    {"cancelled", QT_TRANSLATE_NOOP("Jobs", "Cancelled"), Tone::Muted},
};

const Status* find(const QString& code) {
    for (const Status& status : kStatuses) {
        if (code == QLatin1String(status.code))
            return &status;
    }
    return nullptr;
}

}  // namespace

QString jobStatusText(const QString& status) {
    const Status* known = find(status);
    return known ? QCoreApplication::translate("Jobs", known->text) : status;
}

Tone jobStatusTone(const QString& status) {
    const Status* known = find(status);
    return known ? known->tone : Tone::Muted;
}

std::vector<StatusValue> jobStatusValues() {
    std::vector<StatusValue> values;
    for (const Status& status : kStatuses)
        values.push_back({.code = status.code,
                          .label = [code = status.code] { return jobStatusText(code); },
                          .tone = status.tone});
    return values;
}

QString jobTitle(const Job& job) {
    constexpr int kIdEnd = 8;  // as the node names models
    return job.fineTunedModel.isEmpty()
               ? Jobs::tr("%1, run %2").arg(job.model, job.id.right(kIdEnd))
               : job.fineTunedModel;
}

std::optional<double> jobShare(const Job& job) {
    if (!job.progress || job.progress->totalSteps <= 0)
        return std::nullopt;
    return double(job.progress->step) / double(job.progress->totalSteps);
}

QString jobProgressText(const Job& job) {
    if (!job.progress)
        return {};
    QStringList parts{
        Jobs::tr("step %1 of %2")
            .arg(formatCount(job.progress->step), formatCount(job.progress->totalSteps))};
    if (job.progress->tokensPerSecond > 0)
        parts.append(Jobs::tr("%1 tokens a second")
                         .arg(formatCount(std::llround(job.progress->tokensPerSecond))));
    if (job.progress->etaSeconds > 0)
        parts.append(Jobs::tr("%1 left").arg(formatDuration(job.progress->etaSeconds)));
    return parts.join(QStringLiteral(" · "));
}

}  // namespace hearth::ui
