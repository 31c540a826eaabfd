// What the calendar asks of the node, and what it makes the node do.
#include <QDateTime>

#include "ui/models/job_texts.h"
#include "ui/models/node_watch.h"
#include "ui/models/poll.h"
#include "ui/models/session.h"
#include "ui/pages/schedules/schedule_details.h"
#include "ui/pages/schedules/schedule_form.h"
#include "ui/pages/schedules/schedules_page.h"
#include "ui/pages/schedules/week_view.h"
#include "ui/shell/navigator.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/button.h"
#include "ui/widgets/confirm.h"
#include "ui/widgets/drawer.h"
#include "ui/widgets/table/data_table.h"
#include "ui/widgets/toasts.h"

namespace hearth::ui {
namespace {

/// What a person has chosen of a run; the rest the node decides anew each time.
QJsonObject likeJob(const Job& job) {
    QJsonObject hearth;
    for (const char* key : {"epochs", "learning_rate"})
        if (job.settings.value(QLatin1String(key)).isDouble())
            hearth[QLatin1String(key)] = job.settings.value(QLatin1String(key));
    return {{"model", job.model}, {"hearth", hearth}};
}

/// Of each schedule: enough for a week of every two hours.
constexpr int kComingCount = 84;

}  // namespace

void SchedulesPage::connectParts() {
    connect(m_new, &Button::clicked, this, [this] { openItem("new"); });
    connect(m_table, &DataTable::emptyActionRequested, this, [this] { openItem("new"); });
    connect(m_table, &DataTable::retryRequested, this, [this] {
        m_table->setLoading();
        m_poll->hurry();
    });
    connect(m_table, &DataTable::rowActivated, this, &SchedulesPage::openDetails);
    connect(m_table, &DataTable::rowClicked, this, &SchedulesPage::openDetails);
    connect(m_week, &WeekView::activated, this, &SchedulesPage::openDetails);
    connect(m_away, &Banner::actionClicked, m_poll, &Poll::hurry);
    connect(m_details, &ScheduleDetails::runWanted, this,
            [this](const QString& job) { context().navigator.open("fine_tuning", job); });
    connect(m_edit, &Button::clicked, this, [this] { edit(m_details->schedule().id); });
    connect(m_pause, &Button::clicked, this, [this] {
        setPaused(m_details->schedule().id,
                  m_details->schedule().status != QLatin1String("paused"));
    });
    connect(m_delete, &Button::clicked, this, [this] { askDelete(m_details->schedule().id); });
    connect(m_form, &ScheduleForm::cancelled, this, [this] { showView(m_list); });
    connect(m_form, &ScheduleForm::saved, this, [this](const Schedule& schedule, bool isNew) {
        context().toasts.show(Tone::Good, isNew ? tr("%1 is scheduled.").arg(schedule.name)
                                                : tr("%1 is changed.").arg(schedule.name));
        showView(m_list);
        m_wanted = schedule.id;
        m_comingAsked.remove(schedule.id);
        m_poll->hurry();
    });
    connect(&context().watch, &NodeWatch::jobsChanged, this, &SchedulesPage::takeJobs);
}

void SchedulesPage::addRowActions() {
    const auto is = [this](const QStringList& ids, const char* status) {
        const Schedule* schedule = find(ids.first());
        return schedule && schedule->status == QLatin1String(status) && mayRun();
    };
    m_table->addRowAction({.label = [] { return tr("Open"); },
                           .icon = "eye",
                           .run = [this](const QStringList& ids) { openDetails(ids.first()); }});
    m_table->addRowAction(
        {.label = [] { return tr("Change…"); },
         .icon = "edit",
         .may = [is](const QStringList& ids) { return is(ids, "active") || is(ids, "paused"); },
         .run = [this](const QStringList& ids) { edit(ids.first()); }});
    m_table->addRowAction(
        {.label = [] { return tr("Pause"); },
         .icon = "pause",
         .may = [is](const QStringList& ids) { return is(ids, "active"); },
         .run = [this](const QStringList& ids) { setPaused(ids.first(), true); }});
    m_table->addRowAction(
        {.label = [] { return tr("Resume"); },
         .icon = "play",
         .may = [is](const QStringList& ids) { return is(ids, "paused"); },
         .run = [this](const QStringList& ids) { setPaused(ids.first(), false); }});
    m_table->addRowAction({});
    m_table->addRowAction({.label = [] { return tr("Delete…"); },
                           .icon = "trash",
                           .shortcut = QKeySequence::Delete,
                           .may = [this](const QStringList&) { return mayRun(); },
                           .run = [this](const QStringList& ids) { askDelete(ids.first()); }});
}

void SchedulesPage::refresh() {
    context().session.api().schedules(this, [this](const Outcome<QVector<Schedule>>& outcome) {
        m_poll->answered();
        m_away->setVisible(!outcome && m_known);
        if (outcome)
            return takeSchedules(*outcome);
        m_away->setText(outcome.failure().message);
        m_table->setFailed(outcome.failure().message, outcome.failure().requestId);
    });
}

void SchedulesPage::askFiles() {
    context().session.api().files(this, [this](const Outcome<QVector<DataFile>>& files) {
        if (!files)
            return;  // ids stand in for names
        for (const DataFile& file : *files)
            m_context.files.insert(file.id, file.filename);
        if (m_known)
            showRows();
    });
}

void SchedulesPage::takeSchedules(const QVector<Schedule>& schedules) {
    m_schedules = schedules;
    m_known = true;
    for (const Schedule& schedule : schedules)
        m_context.predecessors.insert(schedule.id, schedule.name);
    takeJobs();
    askMissingJobs();
    askComing();
    if (find(m_wanted))
        openDetails(m_wanted);
}

void SchedulesPage::takeJobs() {
    for (const Job& job : context().watch.jobs()) {
        m_context.jobs.insert(job.id, job);
        m_context.predecessors.insert(job.id, jobTitle(job));
    }
    if (!m_known)
        return;
    showRows();
    showWeek();
    if (m_drawer->isOpen())
        if (const Schedule* open = find(m_details->schedule().id))
            showDetails(*open);
}

/// The watch knows the newest hundred; the last run of a schedule may be older.
void SchedulesPage::askMissingJobs() {
    for (const Schedule& schedule : m_schedules) {
        const QString id = schedule.lastStart ? schedule.lastStart->jobId : QString();
        if (id.isEmpty() || m_context.jobs.contains(id))
            continue;
        m_context.jobs.insert(id, Job{.id = id});  // asked for once
        context().session.api().job(id, this, [this](const Outcome<Job>& job) {
            if (!job)
                return;
            m_context.jobs.insert(job->id, *job);
            showRows();
        });
    }
}

/// Starts are asked for again only when the next one has moved.
void SchedulesPage::askComing() {
    for (const Schedule& schedule : m_schedules) {
        const QString id = schedule.id;
        if (!schedule.nextStart) {
            m_coming.remove(id);
            m_comingAsked.remove(id);
            continue;
        }
        if (m_comingAsked.value(id) == *schedule.nextStart)
            continue;
        m_comingAsked.insert(id, *schedule.nextStart);
        context().session.api().comingStarts(id, kComingCount, this,
                                             [this, id](const Outcome<ComingStarts>& coming) {
                                                 if (!coming)
                                                     return void(m_comingAsked.remove(id));
                                                 m_coming.insert(id, *coming);
                                                 showWeek();
                                             });
    }
    showWeek();
}

void SchedulesPage::openFormLike(const QString& jobId) {
    context().session.api().job(jobId, this, [this, jobId](const Outcome<Job>& job) {
        if (!job)
            return tellFailure(jobId, job.failure());
        ScheduleDraft draft = draftOf(Schedule{.whenKind = "cron",
                                               .whenValue = "0 2 * * *",
                                               .afterStatus = "succeeded",
                                               .timeZone = "UTC",
                                               .missed = "once",
                                               .missedLimit = 10,
                                               .overlap = "queue",
                                               .priority = "normal",
                                               .job = likeJob(*job)});
        draft.dataSet = m_context.files.value(job->trainingFile);
        draft.trainingFile = draft.dataSet.isEmpty() ? job->trainingFile : QString();
        openForm(draft);
    });
}

void SchedulesPage::setPaused(const QString& id, bool paused) {
    const auto then = [this, paused](const Outcome<Schedule>& schedule) {
        if (!schedule)
            return tellFailure(
                paused ? tr("It could not be paused") : tr("It could not be resumed"),
                schedule.failure());
        context().toasts.show(Tone::Good, paused ? tr("%1 is paused.").arg(schedule->name)
                                                 : tr("%1 goes on.").arg(schedule->name));
        for (Schedule& known : m_schedules)
            if (known.id == schedule->id)
                known = *schedule;
        takeSchedules(QVector(m_schedules));
    };
    if (paused)
        context().session.api().pauseSchedule(id, this, then);
    else
        context().session.api().resumeSchedule(id, this, then);
}

void SchedulesPage::askDelete(const QString& id) {
    const Schedule* known = find(id);
    if (!known)
        return;
    const Schedule schedule = *known;
    Confirm::ask(this, {.texts =
                            [schedule] {
                                return ConfirmTexts{
                                    .title = tr("Delete the schedule %1?").arg(schedule.name),
                                    .message = tr("It starts nothing any more. Runs that it has "
                                                  "started, and their models, stay."),
                                    .confirm = tr("Delete schedule")};
                            },
                        .name = {},
                        .confirmed = [this, schedule] { remove(schedule); },
                        .cancelled = {}});
}

void SchedulesPage::remove(const Schedule& schedule) {
    context().session.api().deleteSchedule(
        schedule.id, this, [this, schedule](const Outcome<Nothing>& outcome) {
            if (!outcome)
                return tellFailure(tr("%1 could not be deleted").arg(schedule.name),
                                   outcome.failure());
            context().toasts.show(Tone::Good, tr("%1 is deleted.").arg(schedule.name));
            m_drawer->closeDrawer();
            m_poll->hurry();
        });
}

void SchedulesPage::tellFailure(const QString& what, const ApiFailure& failure) {
    context().toasts.show(Tone::Bad, tr("%1: %2", "what failed, why").arg(what, failure.message));
    m_poll->hurry();
}

}  // namespace hearth::ui
