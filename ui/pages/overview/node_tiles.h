#pragma once
#include <QWidget>

#include "ui/api_client/node_types.h"

namespace hearth::ui {

class StatTile;

/// Tokens a second, requests, first token, runs: now, against yesterday, and over the day.
class NodeTiles : public QWidget {
    Q_OBJECT
public:
    explicit NodeTiles(QWidget* parent = nullptr);

    void showStatus(const NodeStatus& status, double tokensPerSecond);
    void showJobs(const QVector<Job>& jobs);
    /// Of the last two days, with `now` in Unix seconds.
    void showMetrics(const NodeMetrics& metrics, double now);
    void showUsage(const Usage& today, const Usage& yesterday);
    /// The node did not tell: a dash where nothing has been shown yet.
    void showUnknown();

    StatTile* tokens() const { return m_tokens; }
    StatTile* requests() const { return m_requests; }
    StatTile* firstToken() const { return m_firstToken; }
    StatTile* runs() const { return m_runs; }

signals:
    void runsClicked();

private:
    void describe();
    void describeRuns();

    StatTile* m_tokens;
    StatTile* m_requests;
    StatTile* m_firstToken;
    StatTile* m_runs;
    double m_tokensPerSecond = 0;
    std::optional<Usage> m_usage;
    std::optional<double> m_firstTokenMs;
    bool m_metricsKnown = false;
    bool m_statusKnown = false;
    int m_running = 0;
    int m_queued = 0;
    bool m_jobsKnown = false;
};

}  // namespace hearth::ui
