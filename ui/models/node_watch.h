// What every page may want to know of the node right now, asked for once for all of them.
#pragma once
#include <QObject>
#include <QTimer>

#include "ui/api_client/node_types.h"
#include "ui/models/session.h"

namespace hearth::ui {

/// Polls while the session is Ready: status and jobs every 2 s, alarms every 10 s; slower while
/// the window is hidden.
class NodeWatch : public QObject {
    Q_OBJECT
public:
    explicit NodeWatch(Session& session, QObject* parent = nullptr);

    const std::optional<NodeStatus>& status() const { return m_status; }
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
    Session& m_session;
    std::optional<NodeStatus> m_status;
    QVector<Job> m_jobs;
    QVector<Alarm> m_alarms;
    double m_tokensPerSecond = 0;
};

}  // namespace hearth::ui
