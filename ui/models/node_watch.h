// What every page may want to know of the node right now, asked for once for all of them.
#pragma once
#include <QObject>
#include <QTimer>

#include "ui/api_client/node_types.h"
#include "ui/models/poll.h"
#include "ui/models/session.h"

namespace hearth::ui {

/// Polls while the session is Ready: status and jobs every 2 s, alarms every 10 s; slower while
/// the window is hidden. What the session may not see is not asked for.
class NodeWatch : public QObject {
    Q_OBJECT
public:
    explicit NodeWatch(Session& session, QObject* parent = nullptr);

    const std::optional<NodeStatus>& status() const { return m_status; }
    /// The newest hundred.
    const QVector<Job>& jobs() const { return m_jobs; }
    const QVector<Alarm>& alarms() const { return m_alarms; }
    /// Generated tokens a second over the last polls.
    double tokensPerSecond() const { return m_tokensPerSecond; }

    /// Soon, for a page that has just changed something.
    void refresh();
    void setWindowVisible(bool visible);

signals:
    void statusChanged();
    void jobsChanged();
    void alarmsChanged();
    /// A job has ended since the last poll.
    void jobEnded(const hearth::ui::Job& job);

private:
    struct Reading {
        qint64 ms;
        qint64 tokens;
    };

    void follow();
    void forget();
    void askStatus();
    void askJobs();
    void askAlarms();
    void takeStatus(const NodeStatus& status);
    void takeJobs(const QVector<Job>& jobs);
    void measure(const NodeStatus& status);

    Session& m_session;
    std::optional<NodeStatus> m_status;
    QVector<Job> m_jobs;
    bool m_jobsKnown = false;
    QVector<Alarm> m_alarms;
    double m_tokensPerSecond = 0;
    QVector<Reading> m_readings;
    QElapsedTimer m_clock;
    Poll m_statusPoll;
    Poll m_jobsPoll;
    Poll m_alarmsPoll;
};

}  // namespace hearth::ui
