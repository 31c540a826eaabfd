#include "ui/pages/schedules/schedule_draft.h"

#include <QDateTime>
#include <QHash>
#include <QJsonArray>
#include <QRegularExpression>

namespace hearth::ui {
namespace {

QJsonObject whenOf(const ScheduleDraft& draft) {
    if (draft.whenKind == "at")
        return {{"at", momentOf(draft.at)}};
    if (draft.whenKind == "after")
        return {{"after", draft.after}};
    if (draft.whenKind == "on_change")
        return {{"on_change", draft.dataSet}};
    CronPlan plan = draft.cron;
    if (plan.every != Every::Custom && plan.every != Every::Hour) {
        plan.hour = draft.time.trimmed().left(2).toInt();
        plan.minute = draft.time.trimmed().mid(3).toInt();
    }
    return {{"cron", cronOf(plan)}};
}

QJsonArray windowsOf(const ScheduleDraft& draft) {
    QJsonArray windows;
    for (const DraftWindow& window : draft.windows)
        windows.append(QStringLiteral("%1 %2-%3")
                           .arg(window.days.isEmpty() ? "daily" : window.days,
                                window.from.trimmed(), window.to.trimmed()));
    return windows;
}

void setNumber(QJsonObject& object, const char* key, const QString& typed) {
    if (typed.trimmed().isEmpty())
        object.remove(QLatin1String(key));
    else
        object[QLatin1String(key)] = typed.trimmed().toDouble();
}

QJsonObject jobOf(const ScheduleDraft& draft) {
    QJsonObject job = draft.job;
    job["model"] = draft.model;
    job.remove("training_file");
    if (draft.dataSet.isEmpty())
        job["training_file"] = draft.trainingFile;
    job.remove("suffix");
    if (!draft.suffix.isEmpty())
        job["suffix"] = draft.suffix;
    QJsonObject hearth = job.value("hearth").toObject();
    setNumber(hearth, "epochs", draft.epochs);
    setNumber(hearth, "learning_rate", draft.learningRate);
    job.remove("hearth");
    if (!hearth.isEmpty())
        job["hearth"] = hearth;
    return job;
}

/// A window of the usual form, in parts; else nothing.
std::optional<DraftWindow> windowOf(const QString& text) {
    static const QRegularExpression kForm("^(?:(\\S+) )?(\\d\\d:\\d\\d)-(\\d\\d:\\d\\d)$");
    const auto match = kForm.match(text.simplified());
    if (!match.hasMatch())
        return std::nullopt;
    const QString days = match.captured(1).toLower();
    return DraftWindow{days.isEmpty() ? "daily" : days, match.captured(2), match.captured(3)};
}

QString numberIn(const QJsonObject& object, const char* key) {
    const QJsonValue value = object.value(QLatin1String(key));
    return value.isDouble() ? QString::number(value.toDouble(), 'g', 6) : QString();
}

}  // namespace

QStringList blackoutsOf(const QString& typed) {
    QStringList dates;
    for (const QString& date : typed.split(','))
        if (!date.trimmed().isEmpty())
            dates.append(date.trimmed());
    return dates;
}

QString momentOf(const QString& typed) {
    return typed.simplified().replace(' ', 'T');
}

ScheduleDraft draftOf(const Schedule& schedule) {
    const QJsonObject hearth = schedule.job.value("hearth").toObject();
    ScheduleDraft draft{.id = schedule.id,
                        .name = schedule.name,
                        .model = schedule.job.value("model").toString(),
                        .dataSet = schedule.dataSet,
                        .trainingFile = schedule.job.value("training_file").toString(),
                        .suffix = schedule.job.value("suffix").toString(),
                        .epochs = numberIn(hearth, "epochs"),
                        .learningRate = numberIn(hearth, "learning_rate"),
                        .job = schedule.job,
                        .whenKind = schedule.whenKind,
                        .afterStatus = schedule.afterStatus,
                        .timeZone = schedule.timeZone,
                        .blackouts = schedule.blackouts.join(QStringLiteral(", ")),
                        .missed = schedule.missed,
                        .missedLimit = schedule.missedLimit,
                        .overlap = schedule.overlap,
                        .priority = schedule.priority};
    if (schedule.whenKind == "cron") {
        draft.cron = planOfCron(schedule.whenValue);
        if (draft.cron.every != Every::Custom && draft.cron.every != Every::Hour)
            draft.time = QTime(draft.cron.hour, draft.cron.minute).toString("HH:mm");
    } else if (schedule.whenKind == "at") {
        draft.at = QString(schedule.whenValue).replace('T', ' ');
    } else if (schedule.whenKind == "after") {
        draft.after = schedule.whenValue;
    }
    for (const QString& window : schedule.windows)
        if (const auto parts = windowOf(window))
            draft.windows.append(*parts);
    return draft;
}

QJsonObject bodyOf(const ScheduleDraft& draft) {
    QJsonObject body{{"name", draft.name.trimmed()},
                     {"when", whenOf(draft)},
                     {"time_zone", draft.timeZone},
                     {"windows", windowsOf(draft)},
                     {"blackouts", QJsonArray::fromStringList(blackoutsOf(draft.blackouts))},
                     {"missed", draft.missed},
                     {"missed_limit", draft.missedLimit},
                     {"overlap", draft.overlap},
                     {"priority", draft.priority},
                     {"after_status", draft.afterStatus},
                     {"job", jobOf(draft)}};
    if (!draft.dataSet.isEmpty())
        body["data_set"] = draft.dataSet;
    else if (!draft.id.isEmpty())
        body["data_set"] = QJsonValue();  // it is taken away
    return body;
}

std::optional<QJsonObject> previewOf(const ScheduleDraft& draft) {
    if (!timeProblemsOf(draft).isEmpty() || (draft.whenKind != "cron" && draft.whenKind != "at"))
        return std::nullopt;
    return QJsonObject{{"when", whenOf(draft)},
                       {"time_zone", draft.timeZone},
                       {"windows", windowsOf(draft)},
                       {"blackouts", QJsonArray::fromStringList(blackoutsOf(draft.blackouts))}};
}

std::optional<ScheduleField> scheduleFieldOf(const QString& param, const QString& whenKind) {
    if (param == "when" || param == "cron") {
        if (whenKind == "at")
            return ScheduleField::At;
        if (whenKind == "after")
            return ScheduleField::After;
        return whenKind == "cron" ? ScheduleField::Repeat : ScheduleField::Data;
    }
    static const QHash<QString, ScheduleField> kFields = {
        {"name", ScheduleField::Name},
        {"model", ScheduleField::Model},
        {"data_set", ScheduleField::Data},
        {"training_file", ScheduleField::Data},
        {"suffix", ScheduleField::Suffix},
        {"epochs", ScheduleField::Epochs},
        {"hearth.epochs", ScheduleField::Epochs},
        {"learning_rate", ScheduleField::LearningRate},
        {"hearth.learning_rate", ScheduleField::LearningRate},
        {"time_zone", ScheduleField::Zone},
        {"windows", ScheduleField::Windows},
        {"blackouts", ScheduleField::Blackouts},
        {"missed", ScheduleField::Missed},
        {"missed_limit", ScheduleField::Missed},
        {"overlap", ScheduleField::Overlap},
        {"priority", ScheduleField::Priority}};
    const auto found = kFields.find(param);
    return found == kFields.end() ? std::nullopt : std::optional(*found);
}

}  // namespace hearth::ui
