// The form's talk with the node: what there is to choose from, the starts to come, and the making.
#include "ui/i18n/format.h"
#include "ui/models/job_texts.h"
#include "ui/pages/schedules/hours_editor.h"
#include "ui/pages/schedules/repeat_editor.h"
#include "ui/pages/schedules/schedule_form.h"
#include "ui/widgets/button.h"
#include "ui/widgets/combo_box.h"
#include "ui/widgets/facts_table.h"
#include "ui/widgets/form_field.h"
#include "ui/widgets/form_sheet.h"
#include "ui/widgets/label.h"
#include "ui/widgets/line_field.h"
#include "ui/widgets/segmented_control.h"

namespace hearth::ui {
namespace {

constexpr int kStartsShown = 5;
constexpr int kJobsOffered = 20;

}  // namespace

void ScheduleForm::begin(const ScheduleDraft& draft) {
    m_wanted = draft;
    m_begun = true;
    m_tried = false;
    m_modelsKnown = m_filesKnown = false;
    m_models.clear();
    m_files.clear();
    m_jobs.clear();
    m_schedules.clear();
    m_coming.reset();
    m_startsProblem.reset();
    m_sheet->clearRefusal();
    m_name->setText(draft.name);
    m_suffix->setText(draft.suffix);
    m_epochs->setText(draft.epochs);
    m_rate->setText(draft.learningRate);
    m_kind->setChoice(draft.whenKind);
    m_repeat->setPlan(draft.cron, draft.time);
    m_at->setText(draft.at);
    m_zone->setText(draft.timeZone);
    m_windows->setWindows(draft.windows);
    m_blackouts->setText(draft.blackouts);
    fillWords();
    m_afterStatus->setChoice(draft.afterStatus);
    m_missed->setChoice(draft.missed);
    m_overlap->setChoice(draft.overlap);
    m_priority->setChoice(draft.priority);
    m_save->setEnabled(true);
    fillModels();
    fillData();
    fillPredecessors();
    showKind();
    showProblems(false);
    showStarts();
    askNode();
    askStarts();
    m_name->setFocus(Qt::OtherFocusReason);
}

void ScheduleForm::askNode() {
    m_api.models(this, [this](const Outcome<QVector<Model>>& models) {
        if (!models)
            return showRefusal(models.failure());
        m_models = *models;
        m_modelsKnown = true;
        fillModels();
        m_model->setChoice(m_wanted.model);
        changed();
    });
    m_api.files(this, [this](const Outcome<QVector<DataFile>>& files) {
        if (!files)
            return showRefusal(files.failure());
        m_files = *files;
        m_filesKnown = true;
        fillData();
        m_data->setChoice(m_wanted.dataSet.isEmpty() ? "file:" + m_wanted.trainingFile
                                                     : "name:" + m_wanted.dataSet);
        changed();
    });
    m_api.newestJobs(this, [this](const Outcome<QVector<Job>>& jobs) {
        m_jobs = jobs ? *jobs : QVector<Job>();
        fillPredecessors();
    });
    m_api.schedules(this, [this](const Outcome<QVector<Schedule>>& schedules) {
        m_schedules = schedules ? *schedules : QVector<Schedule>();
        fillPredecessors();
    });
}

void ScheduleForm::fillModels() {
    QList<Choice> choices;
    for (const Model& model : m_models)
        if (model.tunable)
            choices.append({model.id, model.id});
    if (choices.isEmpty())
        choices.append(
            {QString(), m_modelsKnown ? tr("No model here can be tuned") : tr("Loading…")});
    m_model->setChoices(choices);
}

/// Names, of which the newest upload is taken; and the one file that a schedule is fixed to.
void ScheduleForm::fillData() {
    QList<Choice> choices{{QString(), m_filesKnown ? tr("Choose the data") : tr("Loading…")}};
    QStringList names;
    for (const DataFile& file : m_files) {
        if (file.purpose != QLatin1String("evals") && !names.contains(file.filename))
            names.append(file.filename);
        if (file.id == m_wanted.trainingFile)
            choices.append({"file:" + file.id, tr("%1, this very upload").arg(file.filename)});
    }
    for (const QString& name : names)
        choices.append({"name:" + name, name});
    m_data->setChoices(choices);
}

void ScheduleForm::fillPredecessors() {
    QList<Choice> choices{{QString(), tr("Choose a schedule or a run")}};
    for (const Schedule& schedule : m_schedules)
        if (schedule.id != m_wanted.id)
            choices.append({schedule.id, tr("Each run of %1").arg(schedule.name)});
    for (const Job& job : m_jobs.mid(0, kJobsOffered))
        choices.append({job.id, jobTitle(job)});
    const bool known = std::any_of(choices.begin(), choices.end(), [this](const Choice& choice) {
        return choice.data == m_wanted.after;
    });
    if (!known)
        choices.append({m_wanted.after, m_wanted.after});
    m_after->setChoices(choices);
    if (!m_wanted.after.isEmpty() && m_after->choice().toString().isEmpty())
        m_after->setChoice(m_wanted.after);
    changed();
}

void ScheduleForm::changed() {
    m_startsProblem.reset();
    const ScheduleDraft now = draft();
    const QString file = now.dataSet.isEmpty() ? tr("the training data") : now.dataSet;
    m_changeNote->setText(tr("Starts each time %1 is uploaded with other content.").arg(file));
    field(ScheduleField::Data)
        ->setHelp(now.trainingFile.isEmpty() ? tr("Each run takes the newest upload of that name.")
                                             : tr("Each run takes this upload, also when there "
                                                  "are newer ones."));
    showProblems(m_tried);
    if (m_begun)
        m_soon.start();
}

/// Without `all` only what was typed: nobody is told to fill a field before trying to save.
void ScheduleForm::showProblems(bool all) {
    for (FormField* field : m_fields)
        field->setError({});
    for (const ScheduleProblem& problem : problemsOf(draft())) {
        const bool untouched =
            problem.field == ScheduleField::Name || problem.field == ScheduleField::Model ||
            problem.field == ScheduleField::Data || problem.field == ScheduleField::After ||
            (problem.field == ScheduleField::At && m_at->text().isEmpty());
        if ((all || !untouched) && !field(problem.field)->hasError())
            field(problem.field)->setError(problem.message);
    }
    if (m_startsProblem && !field(m_startsProblem->field)->hasError())
        field(m_startsProblem->field)->setError(m_startsProblem->message);
    m_repeat->setFaulty(field(ScheduleField::Repeat)->hasError());
}

void ScheduleForm::askStarts() {
    m_soon.stop();
    const int asked = ++m_asked;  // answers to earlier questions are dropped
    const auto question = previewOf(draft());
    if (!question) {
        m_coming.reset();
        return showStarts();
    }
    m_api.previewStarts(*question, kStartsShown, this,
                        [this, asked](const Outcome<ComingStarts>& coming) {
                            if (asked == m_asked)
                                takeStarts(coming);
                        });
}

void ScheduleForm::takeStarts(const Outcome<ComingStarts>& coming) {
    m_coming.reset();
    if (coming) {
        m_coming = *coming;
    } else if (const auto which =
                   scheduleFieldOf(coming.failure().param, m_kind->choice().toString())) {
        m_startsProblem = ScheduleProblem{*which, coming.failure().message};
        showProblems(m_tried);
    }
    showStarts();
}

void ScheduleForm::showStarts() {
    QVector<Fact> facts;
    if (m_coming)
        for (const ComingStart& start : m_coming->starts)
            facts.append({.label = startDayText(start), .values = {startClockText(start)}});
    m_starts->setFacts(facts);
    m_starts->setVisible(!facts.isEmpty());
    m_startsNote->setText(startsNoteText());
}

QString ScheduleForm::startsNoteText() const {
    const ScheduleDraft now = draft();
    if (now.whenKind == "after")
        return tr("Starts when what it waits for has ended. Nobody knows yet when that is.");
    if (now.whenKind == "on_change")
        return tr("Starts when new data arrives. Nobody knows yet when that is.");
    if (!m_coming)
        return tr("They show here once the times are right.");
    if (m_coming->starts.isEmpty())
        return tr("None: the time is over, or lies on a day that is left out.");
    return tr("By the clocks of %1.").arg(m_coming->timeZone);
}

void ScheduleForm::submit() {
    m_tried = true;
    m_sheet->clearRefusal();
    showProblems(true);
    const ScheduleDraft now = draft();
    const QVector<ScheduleProblem> problems = problemsOf(now);
    if (!problems.isEmpty())
        return focus(problems.first().field);
    m_save->setEnabled(false);
    const auto then = [this, isNew = now.id.isEmpty()](const Outcome<Schedule>& schedule) {
        m_save->setEnabled(true);
        if (schedule)
            emit saved(*schedule, isNew);
        else
            showRefusal(schedule.failure());
    };
    if (now.id.isEmpty())
        m_api.createSchedule(bodyOf(now), this, then);
    else
        m_api.editSchedule(now.id, bodyOf(now), this, then);
}

void ScheduleForm::focus(ScheduleField which) {
    QWidget* editor =
        which == ScheduleField::Repeat ? m_repeat->wrongPart() : field(which)->editor();
    editor->setFocus(Qt::OtherFocusReason);
}

void ScheduleForm::showRefusal(const ApiFailure& failure) {
    if (const auto which = scheduleFieldOf(failure.param, m_kind->choice().toString())) {
        field(*which)->setError(failure.message);
        m_repeat->setFaulty(field(ScheduleField::Repeat)->hasError());
        return focus(*which);
    }
    m_sheet->refuse(failure.message, failure.requestId);
}

}  // namespace hearth::ui
