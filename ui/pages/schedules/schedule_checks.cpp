// What can be wrong with a schedule that somebody is about to make.
#include <QCoreApplication>
#include <QDateTime>
#include <QRegularExpression>
#include <QTimeZone>

#include "ui/pages/fine_tuning/run_draft.h"
#include "ui/pages/schedules/schedule_draft.h"

namespace hearth::ui {
namespace {

struct Drafts {
    Q_DECLARE_TR_FUNCTIONS(Schedules)
};

constexpr int kLongestName = 100;

/// "HH:MM"; with `end` also 24:00.
bool isTime(const QString& text, bool end = false) {
    static const QRegularExpression kTime("^([01]\\d|2[0-3]):[0-5]\\d$");
    return kTime.match(text.trimmed()).hasMatch() || (end && text.trimmed() == "24:00");
}

bool isDate(const QString& text) {
    static const QRegularExpression kYearly("^\\d\\d-\\d\\d$");
    return kYearly.match(text).hasMatch()
               ? QDate::fromString("2028-" + text, Qt::ISODate).isValid()  // a leap year
               : text.size() == 10 && QDate::fromString(text, Qt::ISODate).isValid();
}

bool isBlackout(const QString& text) {
    const QStringList ends = text.split(QStringLiteral(".."));
    return ends.size() <= 2 && isDate(ends.first()) && isDate(ends.last()) &&
           ends.first().size() == ends.last().size();
}

bool isMoment(const QString& typed) {
    QString text = momentOf(typed);
    if (text.endsWith('Z'))
        text.chop(1);
    return text == "now" || (text.size() >= 16 &&
                             QDateTime::fromString(text.left(16), "yyyy-MM-ddTHH:mm").isValid());
}

QString badTime() {
    return Drafts::tr("Write the time as 02:30.");
}

void checkRepeat(const ScheduleDraft& draft, QVector<ScheduleProblem>& problems) {
    const CronPlan& plan = draft.cron;
    if (plan.every == Every::Custom && plan.expression.trimmed().isEmpty())
        problems.append({ScheduleField::Repeat,
                         Drafts::tr("Write five fields: minute, hour, day, month, weekday.")});
    else if (plan.every == Every::SomeDays && !plan.days.contains(true))
        problems.append({ScheduleField::Repeat, Drafts::tr("Choose at least one day.")});
    else if (plan.every != Every::Custom && plan.every != Every::Hour && !isTime(draft.time))
        problems.append({ScheduleField::Repeat, badTime()});
}

void checkWhen(const ScheduleDraft& draft, QVector<ScheduleProblem>& problems) {
    if (draft.whenKind == "cron")
        checkRepeat(draft, problems);
    if (draft.whenKind == "at" && !isMoment(draft.at))
        problems.append(
            {ScheduleField::At, Drafts::tr("Write date and time as 2026-12-01 02:00.")});
    if (draft.whenKind == "after" && draft.after.isEmpty())
        problems.append({ScheduleField::After, Drafts::tr("Choose what to wait for.")});
    if (!QTimeZone(draft.timeZone.toLatin1()).isValid())
        problems.append(
            {ScheduleField::Zone, Drafts::tr("Write a time zone such as Asia/Seoul or UTC.")});
}

void checkHours(const ScheduleDraft& draft, QVector<ScheduleProblem>& problems) {
    for (const DraftWindow& window : draft.windows) {
        const QString from = window.from.trimmed(), to = window.to.trimmed();
        if (!isTime(from) || !isTime(to, true))
            problems.append(
                {ScheduleField::Windows, Drafts::tr("Write the times as 20:00 and 06:00.")});
        else if (from == to)
            problems.append({ScheduleField::Windows,
                             Drafts::tr("These hours end when they begin. For a whole day write "
                                        "00:00 and 24:00.")});
        else
            continue;
        break;
    }
    for (const QString& date : blackoutsOf(draft.blackouts)) {
        if (isBlackout(date))
            continue;
        problems.append({ScheduleField::Blackouts,
                         Drafts::tr("%1 is not a day. Write 2026-12-24, or two of them with .. "
                                    "between.")
                             .arg(date)});
        break;
    }
}

/// Model, data, name and numbers of the job are checked as a run's are.
void checkJob(const ScheduleDraft& draft, QVector<ScheduleProblem>& problems) {
    const QString data = draft.dataSet.isEmpty() ? draft.trainingFile : draft.dataSet;
    const RunDraft run{.model = draft.model,
                       .trainingFile = data,
                       .suffix = draft.suffix,
                       .epochs = draft.epochs,
                       .learningRate = draft.learningRate};
    for (const DraftProblem& problem : problemsOf(run)) {
        if (problem.field == DraftField::Model)
            problems.append({ScheduleField::Model, problem.message});
        else if (problem.field == DraftField::TrainingFile)
            problems.append({ScheduleField::Data, problem.message});
        else if (problem.field == DraftField::Suffix)
            problems.append({ScheduleField::Suffix, problem.message});
        else if (problem.field == DraftField::Epochs)
            problems.append({ScheduleField::Epochs, problem.message});
        else if (problem.field == DraftField::LearningRate)
            problems.append({ScheduleField::LearningRate, problem.message});
    }
}

}  // namespace

QVector<ScheduleProblem> timeProblemsOf(const ScheduleDraft& draft) {
    QVector<ScheduleProblem> problems;
    checkWhen(draft, problems);
    checkHours(draft, problems);
    return problems;
}

QVector<ScheduleProblem> problemsOf(const ScheduleDraft& draft) {
    QVector<ScheduleProblem> problems;
    if (draft.name.trimmed().isEmpty())
        problems.append({ScheduleField::Name, Drafts::tr("Give it a name.")});
    else if (draft.name.trimmed().size() > kLongestName)
        problems.append(
            {ScheduleField::Name, Drafts::tr("Use at most %n characters.", nullptr, kLongestName)});
    checkJob(draft, problems);
    if (draft.whenKind == "on_change" && draft.dataSet.isEmpty() && !draft.trainingFile.isEmpty())
        problems.append({ScheduleField::Data, Drafts::tr("Choose data that can change.")});
    return problems + timeProblemsOf(draft);
}

}  // namespace hearth::ui
