// What a run's view asks of the node.
#include "ui/i18n/format.h"
#include "ui/models/job_texts.h"
#include "ui/pages/fine_tuning/expert_curves.h"
#include "ui/pages/fine_tuning/record_card.h"
#include "ui/pages/fine_tuning/run_curves.h"
#include "ui/pages/fine_tuning/run_view.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/card.h"
#include "ui/widgets/confirm.h"
#include "ui/widgets/log_view.h"
#include "ui/widgets/progress_row.h"

namespace hearth::ui {
namespace {

constexpr int kLastRoundMs = 500;

Tone toneOf(const JobEvent& event) {
    if (event.level == QLatin1String("error"))
        return Tone::Bad;
    return event.level.startsWith(QLatin1String("warn")) ? Tone::Attention : Tone::Normal;
}

QString clockOf(qint64 seconds) {
    return QDateTime::fromSecsSinceEpoch(seconds).toString("HH:mm:ss");
}

}  // namespace

void RunView::open(const Job& known, const FileNames& files) {
    const bool other = m_job.id != known.id;
    m_job = known;
    m_files = files;
    m_cancelling = false;
    if (other) {
        m_curves->reset();
        m_experts->reset();
        m_log->clear();
        m_found.clear();
        m_lastEvent.clear();
        m_trouble->hide();
    }
    showJob();
    ++m_opening;
    m_pending = 0;
    ask();
    m_clock.start();
    m_record->open(m_job.id, m_mayRun);
}

void RunView::pause() {
    m_clock.stop();
    m_record->pause();
}

void RunView::ask() {
    if (m_pending > 0)
        return;  // a slow node is not asked faster than it answers
    m_pending = 4;
    askJob();
    askCurves();
    askEvents();
    askCheckpoints();
}

bool RunView::accept(int opening) {
    if (opening != m_opening)
        return false;
    --m_pending;
    return true;
}

void RunView::askJob() {
    m_api.job(m_job.id, this, [this, opening = m_opening](const Outcome<Job>& job) {
        if (!accept(opening))
            return;
        if (!job) {
            showTrouble(job.failure().message, Tone::Attention);
            return;
        }
        const bool ended = m_job.active() && !job->active();
        m_trouble->hide();
        m_job = *job;
        showJob();
        if (!m_job.active())
            m_clock.stop();
        if (!ended)
            return;
        QTimer::singleShot(kLastRoundMs, this, &RunView::ask);  // the end of curves and log
        m_record->open(m_job.id, m_mayRun);
        emit changed();
    });
}

void RunView::askCurves() {
    m_api.jobCurves(m_job.id, m_curves->askAfter(), this,
                    [this, opening = m_opening](const Outcome<JobCurves>& curves) {
                        if (!accept(opening))
                            return;
                        m_curves->take(curves ? *curves : JobCurves());
                        if (curves)
                            m_experts->take(*curves);
                        m_expertsCard->setVisible(!m_experts->isEmpty());
                    });
}

void RunView::askEvents() {
    m_api.jobEvents(m_job.id, m_lastEvent, this,
                    [this, opening = m_opening](const Outcome<QVector<JobEvent>>& events) {
                        if (!accept(opening) || !events)
                            return;
                        for (const JobEvent& event : *events) {
                            m_lastEvent = event.id;
                            if (event.type != QLatin1String("metrics"))
                                m_log->append(clockOf(event.createdAt) + "  " + event.message,
                                              toneOf(event));
                        }
                    });
}

void RunView::askCheckpoints() {
    m_api.checkpoints(m_job.id, this,
                      [this, opening = m_opening](const Outcome<QVector<Checkpoint>>& checkpoints) {
                          if (!accept(opening) || !checkpoints)
                              return;
                          m_found = *checkpoints;
                          showCheckpoints();
                      });
}

void RunView::askCancel() {
    m_progress->setCancelling(false);  // until it is confirmed
    Confirm::ask(this, {.texts =
                            [name = jobTitle(m_job)] {
                                return ConfirmTexts{
                                    .title = tr("Cancel the run %1?").arg(name),
                                    .message = tr("It stops after the present step. Its "
                                                  "checkpoints are kept; no model comes of it."),
                                    .confirm = tr("Cancel run")};
                            },
                        .name = {},
                        .confirmed = [this] { cancel(); },
                        .cancelled = {}});
}

void RunView::cancel() {
    m_cancelling = true;
    showProgress();
    m_api.cancelJob(m_job.id, this, [this, opening = m_opening](const Outcome<Job>& job) {
        if (opening != m_opening)
            return;
        m_cancelling = false;
        if (!job) {
            showTrouble(job.failure().message, Tone::Attention);
            showProgress();
            return;
        }
        m_job = *job;
        showJob();
        emit changed();
    });
}

}  // namespace hearth::ui
