#include "ui/pages/schedules/schedules_page.h"

#include <QStackedWidget>
#include <QUrlQuery>

#include "ui/i18n/language.h"
#include "ui/models/poll.h"
#include "ui/models/preferences.h"
#include "ui/models/session.h"
#include "ui/pages/schedules/schedule_details.h"
#include "ui/pages/schedules/schedule_form.h"
#include "ui/pages/schedules/week_view.h"
#include "ui/shell/navigator.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/button.h"
#include "ui/widgets/card.h"
#include "ui/widgets/drawer.h"
#include "ui/widgets/table/data_table.h"
#include "ui/widgets/table/export_notice.h"
#include "ui/widgets/toasts.h"

namespace hearth::ui {
namespace {

constexpr int kPollMs = 5000;

ScheduleDraft emptyDraft() {
    ScheduleDraft draft;
    draft.timeZone = ownTimeZone();
    return draft;
}

}  // namespace

SchedulesPage::SchedulesPage(AppContext& context, QWidget* parent)
    : Page(context, parent),
      m_poll(new Poll(
          kPollMs, [this] { refresh(); }, this)),
      m_views(new QStackedWidget),
      m_list(new QWidget),
      m_table(new DataTable(scheduleColumns())),
      m_weekCard(new Card),
      m_week(new WeekView),
      m_zone(new Label(TextRole::Body, Tone::Muted)),
      m_away(new Banner),
      m_drawer(new Drawer(this)),
      m_details(new ScheduleDetails(context.session.api())),
      m_form(new ScheduleForm(context.session.api())),
      m_new(new Button(ButtonKind::Primary, "plus")),
      m_edit(new Button(ButtonKind::Primary, "edit")),
      m_pause(new Button(ButtonKind::Quiet, "pause")),
      m_delete(new Button(ButtonKind::Destructive, "trash")) {
    build();
    buildDrawer();
    connectParts();
    addRowActions();
    translated(this, [this] { showTexts(); });
}

void SchedulesPage::build() {
    addAction(m_new);
    m_away->hide();
    m_weekCard->body()->setContentsMargins(1, metrics::kGrid, 1, 1);
    m_weekCard->addAction(m_zone);
    m_weekCard->body()->addWidget(m_week);
    m_weekCard->hide();
    auto* column = new QVBoxLayout(m_list);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metrics::kGap);
    column->addWidget(m_table, 1);
    column->addWidget(m_weekCard);
    m_views->addWidget(m_list);
    m_views->addWidget(m_form);
    body()->addWidget(m_away);
    body()->addWidget(m_views, 1);
    m_table->setEmptyState({"calendar", [this] {
                                return TableEmptyTexts{
                                    tr("No schedules yet"),
                                    tr("Let the node train by itself: every night, at a time, "
                                       "after another run, or when new data arrives."),
                                    mayRun() ? tr("New schedule") : QString()};
                            }});
    m_table->sortBy("next", Qt::AscendingOrder);
    m_table->setLayoutMemory(&context().preferences.settings(), "table/schedules");
    tellExports(*m_table, context().toasts);
}

void SchedulesPage::buildDrawer() {
    m_drawer->setBody(m_details);
    m_drawer->addFooterAction(m_edit);
    m_drawer->addFooterAction(m_pause);
    m_drawer->addFooterAction(m_delete);
}

void SchedulesPage::showTexts() {
    m_new->setText(tr("New schedule"));
    m_away->setAction(tr("Try again"));
    m_weekCard->setTitle(tr("The next seven days"));
    m_zone->setText(tr("By the clocks of %1").arg(ownTimeZone()));
    m_edit->setText(tr("Change"));
    m_delete->setText(tr("Delete…"));
    if (m_known) {
        showRows();
        showWeek();
    }
    if (const Schedule* open = find(m_details->schedule().id))
        showDetails(*open);
}

bool SchedulesPage::mayRun() const {
    return const_cast<SchedulesPage*>(this)->context().session.may(core::Permission::RunFineTuning);
}

QWidget* SchedulesPage::view() const {
    return m_views->currentWidget();
}

void SchedulesPage::showView(QWidget* view) {
    m_views->setCurrentWidget(view);
    m_new->setVisible(view == m_list && mayRun());
    if (view == m_list)
        m_table->setFocus(Qt::OtherFocusReason);
}

void SchedulesPage::shown() {
    m_new->setVisible(view() == m_list && mayRun());
    m_form->setMayBeUrgent(context().session.may(core::Permission::ManageNode));
    askFiles();
    m_poll->start();
}

void SchedulesPage::left() {
    m_poll->stop();
    m_drawer->closeDrawer();
}

QVector<PageCommand> SchedulesPage::commands() {
    if (!mayRun())
        return {};
    return {{.title = [] { return tr("New schedule"); },
             .shortcut = QKeySequence::New,
             .run = [this] { openForm(emptyDraft()); }}};
}

void SchedulesPage::openItem(const QString& item) {
    const QString job = item.startsWith(QLatin1String("new?"))
                            ? QUrlQuery(item.mid(4)).queryItemValue("job", QUrl::FullyDecoded)
                            : QString();
    if (!job.isEmpty())
        return openFormLike(job);
    if (item == QLatin1String("new") || item.startsWith(QLatin1String("new?")))
        return openForm(emptyDraft());
    showView(m_list);
    m_wanted = item;
    if (find(item))
        openDetails(item);
}

const Schedule* SchedulesPage::find(const QString& id) const {
    for (const Schedule& schedule : m_schedules) {
        if (schedule.id == id)
            return &schedule;
    }
    return nullptr;
}

void SchedulesPage::showRows() {
    TableRows rows;
    for (const Schedule& schedule : m_schedules)
        rows << scheduleRow(schedule, m_context);
    m_table->setRows(rows);
    m_weekCard->setVisible(!m_schedules.isEmpty());
}

void SchedulesPage::showWeek() {
    QVector<WeekEntry> entries;
    for (const Schedule& schedule : m_schedules) {
        const auto seconds = lastDuration(schedule, m_context);
        for (const ComingStart& start : m_coming.value(schedule.id).starts) {
            const qint64 at = start.runsFrom.value_or(start.at);
            entries.append(
                {.id = schedule.id,
                 .name = schedule.name,
                 .at = at,
                 .until = seconds ? std::optional(at + qint64(*seconds)) : std::nullopt});
        }
    }
    for (const Job& job : m_context.jobs) {
        const Schedule* by = find(job.schedule);
        if (!by || !job.active())
            continue;
        const auto waits = job.expectedStart ? job.expectedStart : job.runnableFrom;
        const auto at = job.startedAt ? job.startedAt : waits;
        if (at)
            entries.append({.id = by->id,
                            .name = by->name,
                            .at = *at,
                            .until = job.estimatedFinish,
                            .running = true});
    }
    m_week->setEntries(entries);
}

void SchedulesPage::openDetails(const QString& id) {
    const Schedule* schedule = find(id);
    if (!schedule)
        return;
    m_table->setCurrentRow(id);
    m_wanted.clear();  // which `id` may be
    showDetails(*schedule);
    m_drawer->openDrawer();
}

void SchedulesPage::showDetails(const Schedule& schedule) {
    const bool paused = schedule.status == QLatin1String("paused");
    const bool ended = schedule.status == QLatin1String("ended");
    m_drawer->setTitle(schedule.name);
    m_drawer->setSubtitle(scheduleStatusText(schedule.status));
    m_details->open(schedule, m_context);
    m_pause->setText(paused ? tr("Resume") : tr("Pause"));
    m_pause->setIconName(paused ? "play" : "pause");
    m_edit->setVisible(mayRun() && !ended);
    m_pause->setVisible(mayRun() && !ended);
    m_delete->setVisible(mayRun());
}

void SchedulesPage::openForm(const ScheduleDraft& draft) {
    if (!mayRun())
        return;
    m_drawer->closeDrawer();
    showView(m_form);
    m_form->begin(draft);
}

void SchedulesPage::edit(const QString& id) {
    if (const Schedule* schedule = find(id))
        openForm(draftOf(*schedule));
}

}  // namespace hearth::ui
