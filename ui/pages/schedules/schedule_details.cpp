#include "ui/pages/schedules/schedule_details.h"

#include <QVBoxLayout>

#include "ui/i18n/format.h"
#include "ui/i18n/language.h"
#include "ui/models/job_texts.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/fact_list.h"
#include "ui/widgets/facts_table.h"
#include "ui/widgets/line_list.h"

namespace hearth::ui {
namespace {

constexpr int kComing = 5;
constexpr int kPast = 10;

enum Row {
    kStarts,
    kZone,
    kHours,
    kNever,
    kTrains,
    kTakes,
    kPriority,
    kMissed,
    kOverlap,
    kLeftOut
};

}  // namespace

ScheduleDetails::ScheduleDetails(NodeApi& api, QWidget* parent)
    : QWidget(parent),
      m_api(api),
      m_note(new Banner),
      m_facts(new FactList),
      m_comingTitle(new Label(TextRole::BodyStrong)),
      m_coming(new FactsTable),
      m_comingNote(new Label(TextRole::Body, Tone::Muted)),
      m_pastTitle(new Label(TextRole::BodyStrong)),
      m_past(new LineList) {
    build();
    connect(m_past, &LineList::activated, this, &ScheduleDetails::runWanted);
    translated(this, [this] { showTexts(); });
}

void ScheduleDetails::build() {
    m_facts->addFact([] { return tr("Starts"); });
    m_facts->addFact([] { return tr("Time zone"); });
    m_facts->addFact([] { return tr("Allowed hours"); });
    m_facts->addFact([] { return tr("Never on"); });
    m_facts->addFact([] { return tr("Trains"); });
    m_facts->addFact([] { return tr("A run takes"); });
    m_facts->addFact([] { return tr("Priority"); });
    m_facts->addFact([] { return tr("Missed starts"); });
    m_facts->addFact([] { return tr("While one runs"); });
    m_facts->addFact([] { return tr("Left out so far"); });
    m_comingNote->setWordWrap(true);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metrics::kGrid);
    column->addWidget(m_note);
    column->addWidget(m_facts);
    column->addSpacing(metrics::kGrid);
    column->addWidget(m_comingTitle);
    column->addWidget(m_coming);
    column->addWidget(m_comingNote);
    column->addSpacing(metrics::kGrid);
    column->addWidget(m_pastTitle);
    column->addWidget(m_past);
}

void ScheduleDetails::showTexts() {
    m_comingTitle->setText(tr("Next starts"));
    m_coming->setName(tr("Next starts"));
    m_pastTitle->setText(tr("Runs so far"));
    m_past->setEmptyText(tr("It has not started anything yet."));
    showSchedule();
}

void ScheduleDetails::open(const Schedule& schedule, const ScheduleContext& known) {
    const bool other = schedule.id != m_schedule.id;
    const bool moved =
        other || schedule.nextStart != m_schedule.nextStart || schedule.status != m_schedule.status;
    m_schedule = schedule;
    m_known = known;
    if (other) {
        m_starts = {};
        m_begun.clear();
        m_startsKnown = false;
        m_past->setLines({});
        m_past->setLoading();
    }
    showSchedule();
    if (moved)
        askStarts();
}

void ScheduleDetails::askStarts() {
    const int opening = ++m_opening;
    m_api.comingStarts(m_schedule.id, kComing, this,
                       [this, opening](const Outcome<ComingStarts>& coming) {
                           if (opening != m_opening)
                               return;
                           m_startsKnown = true;
                           m_starts = coming ? *coming : ComingStarts();
                           showComing();
                       });
    m_api.pastStarts(m_schedule.id, this,
                     [this, opening](const Outcome<QVector<ScheduleStart>>& past) {
                         if (opening != m_opening)
                             return;
                         m_begun = past ? past->mid(0, kPast) : QVector<ScheduleStart>();
                         showPast();
                     });
}

void ScheduleDetails::showSchedule() {
    const Schedule& s = m_schedule;
    if (s.id.isEmpty())
        return;
    m_note->setVisible(!s.note.isEmpty());
    m_note->setText(s.note);
    m_facts->setValue(kStarts, whenText(s, m_known.predecessors));
    m_facts->setValue(kZone, s.timeZone);
    m_facts->setValue(kHours, windowsText(s.windows));
    m_facts->setValue(kNever, s.blackouts.join(QStringLiteral(", ")));
    m_facts->setValue(kTrains, trainsText(s, m_known.files));
    const auto seconds = lastDuration(s, m_known);
    m_facts->setValue(
        kTakes, seconds ? tr("%1, like the last one").arg(formatDuration(*seconds)) : QString());
    m_facts->setValue(kPriority, priorityText(s.priority));
    m_facts->setValue(kMissed, missedText(s.missed, s.missedLimit));
    m_facts->setValue(kOverlap, overlapText(s.overlap));
    m_facts->setValue(kLeftOut, s.missedStarts > 0 ? formatCount(s.missedStarts) : QString());
    showComing();
    showPast();
}

void ScheduleDetails::showComing() {
    QVector<Fact> facts;
    for (const ComingStart& start : m_starts.starts)
        facts.append({.label = startDayText(start), .values = {startClockText(start)}});
    m_coming->setFacts(facts);
    m_coming->setVisible(!facts.isEmpty());
    const bool timed = m_schedule.whenKind == "cron" || m_schedule.whenKind == "at";
    QString note;
    if (!m_startsKnown)
        note = tr("Asking…");
    else if (m_schedule.status == QLatin1String("paused"))
        note = tr("None while it is paused.");
    else if (m_schedule.status == QLatin1String("ended"))
        note = tr("None: it has ended.");
    else if (!timed)
        note = tr("Nobody knows yet: it waits for something else.");
    else if (facts.isEmpty())
        note = tr("None.");
    m_comingNote->setText(note);
    m_comingNote->setVisible(!note.isEmpty());
}

void ScheduleDetails::showPast() {
    QVector<Line> lines;
    for (const ScheduleStart& start : m_begun) {
        const Job job = m_known.jobs.value(start.jobId);
        const QString took = job.startedAt && job.finishedAt
                                 ? formatDuration(double(*job.finishedAt - *job.startedAt))
                                 : QString();
        lines.append({.id = start.jobId,
                      .title = comingText(start.startedAt, m_schedule.timeZone),
                      .note = job.id.isEmpty() ? QString() : jobStatusText(job.status),
                      .trailing = took,
                      .tone = job.id.isEmpty() ? Tone::Muted : jobStatusTone(job.status)});
    }
    if (m_startsKnown)
        m_past->setLines(lines);
}

}  // namespace hearth::ui
