#include "ui/models/node_watch.h"

#include <algorithm>

namespace hearth::ui {
namespace {

using core::Permission;

constexpr int kOftenMs = 2'000;
constexpr int kSeldomMs = 10'000;
constexpr int kHiddenSlowness = 5;
// Long enough to be steady between two polls, short enough to follow what is going on.
constexpr qint64 kRateWindowMs = 10'000;

bool wasActive(const QVector<Job>& jobs, const QString& id) {
    return std::any_of(jobs.begin(), jobs.end(),
                       [&](const Job& job) { return job.id == id && job.active(); });
}

void runIf(Poll& poll, bool wanted) {
    if (wanted)
        poll.start();
    else
        poll.stop();
}

}  // namespace

NodeWatch::NodeWatch(Session& session, QObject* parent)
    : QObject(parent),
      m_session(session),
      m_statusPoll(
          kOftenMs, [this] { askStatus(); }, this),
      m_jobsPoll(
          kOftenMs, [this] { askJobs(); }, this),
      m_alarmsPoll(
          kSeldomMs, [this] { askAlarms(); }, this) {
    m_clock.start();
    connect(&session, &Session::stateChanged, this, &NodeWatch::follow);
    connect(&session, &Session::interrupted, this, &NodeWatch::follow);
    connect(&session, &Session::nodeRestarted, this, [this] { m_readings.clear(); });
    follow();
}

void NodeWatch::follow() {
    const bool ready = m_session.state() == SessionState::Ready;
    const bool reachable = ready && !m_session.isInterrupted();
    if (!ready)
        forget();
    runIf(m_statusPoll, reachable && m_session.may(Permission::ReadNode));
    runIf(m_jobsPoll, reachable && m_session.may(Permission::ReadFineTuning));
    runIf(m_alarmsPoll, reachable && m_session.may(Permission::ReadNode));
}

void NodeWatch::forget() {
    m_readings.clear();
    m_tokensPerSecond = 0;
    m_jobsKnown = false;
    if (m_status) {
        m_status.reset();
        emit statusChanged();
    }
    if (!m_jobs.isEmpty()) {
        m_jobs.clear();
        emit jobsChanged();
    }
    if (!m_alarms.isEmpty()) {
        m_alarms.clear();
        emit alarmsChanged();
    }
}

void NodeWatch::refresh() {
    for (Poll* poll : {&m_statusPoll, &m_jobsPoll, &m_alarmsPoll})
        poll->hurry();
}

void NodeWatch::setWindowVisible(bool visible) {
    for (Poll* poll : {&m_statusPoll, &m_jobsPoll, &m_alarmsPoll})
        poll->setSlowness(visible ? 1 : kHiddenSlowness);
    if (visible)
        refresh();
}

void NodeWatch::askStatus() {
    m_session.api().status(this, [this](const Outcome<NodeStatus>& status) {
        m_statusPoll.answered();
        if (status && m_session.state() == SessionState::Ready)
            takeStatus(*status);
    });
}

void NodeWatch::takeStatus(const NodeStatus& status) {
    m_session.noteStatus(status);
    measure(status);
    m_status = status;
    emit statusChanged();
}

void NodeWatch::measure(const NodeStatus& status) {
    qint64 tokens = 0;
    for (const ModelLoad& model : status.models)
        tokens += model.generatedTokens;
    // A model that was unloaded takes its count along.
    if (!m_readings.isEmpty() && tokens < m_readings.constLast().tokens)
        m_readings.clear();
    const qint64 now = m_clock.elapsed();
    m_readings.append({now, tokens});
    while (m_readings.size() > 2 && now - m_readings.constFirst().ms > kRateWindowMs)
        m_readings.removeFirst();
    const Reading& first = m_readings.constFirst();
    const double seconds = static_cast<double>(now - first.ms) / 1000;
    m_tokensPerSecond = seconds > 0 ? static_cast<double>(tokens - first.tokens) / seconds : 0;
}

void NodeWatch::askJobs() {
    m_session.api().newestJobs(this, [this](const Outcome<QVector<Job>>& jobs) {
        m_jobsPoll.answered();
        if (jobs && m_session.state() == SessionState::Ready)
            takeJobs(*jobs);
    });
}

void NodeWatch::takeJobs(const QVector<Job>& jobs) {
    const QVector<Job> before = std::exchange(m_jobs, jobs);
    const bool known = std::exchange(m_jobsKnown, true);
    emit jobsChanged();
    if (!known)
        return;
    for (const Job& job : jobs)
        if (!job.active() && wasActive(before, job.id))
            emit jobEnded(job);
}

void NodeWatch::askAlarms() {
    m_session.api().alarms(this, [this](const Outcome<QVector<Alarm>>& alarms) {
        m_alarmsPoll.answered();
        if (!alarms || m_session.state() != SessionState::Ready)
            return;
        m_alarms = *alarms;
        emit alarmsChanged();
    });
}

}  // namespace hearth::ui
