#include "ui/pages/overview/node_tiles.h"

#include <QHBoxLayout>
#include <cmath>

#include "ui/i18n/format.h"
#include "ui/i18n/language.h"
#include "ui/pages/overview/day_history.h"
#include "ui/widgets/stat_tile.h"

namespace hearth::ui {

NodeTiles::NodeTiles(QWidget* parent)
    : QWidget(parent),
      m_tokens(new StatTile),
      m_requests(new StatTile),
      m_firstToken(new StatTile),
      m_runs(new StatTile) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(metrics::kGap);
    for (StatTile* tile : {m_tokens, m_requests, m_firstToken, m_runs}) {
        tile->setLoading(true);
        row->addWidget(tile);
    }
    m_runs->setClickable(true);
    connect(m_runs, &StatTile::clicked, this, &NodeTiles::runsClicked);
    translated(this, [this] { describe(); });
}

void NodeTiles::showStatus(const NodeStatus&, double tokensPerSecond) {
    m_statusKnown = true;
    m_tokensPerSecond = tokensPerSecond;
    describe();
}

void NodeTiles::showJobs(const QVector<Job>& jobs) {
    m_jobsKnown = true;
    m_running = m_queued = 0;
    for (const Job& job : jobs) {
        m_running += job.active() && job.status != QLatin1String("queued");
        m_queued += job.status == QLatin1String("queued");
    }
    describe();
}

void NodeTiles::showMetrics(const NodeMetrics& metrics, double now) {
    m_metricsKnown = true;
    m_firstTokenMs = meanWithin(metrics, metrics.firstTokenMs, now - 3600, now + 1);
    if (!m_firstTokenMs)
        m_firstTokenMs = meanWithin(metrics, metrics.firstTokenMs, now - kDaySeconds, now + 1);
    m_tokens->setHistory(todaysShape(metrics, metrics.generatedTokensPerSecond, now));
    m_tokens->setChange(changeSinceYesterday(metrics, metrics.generatedTokensPerSecond, now),
                        Rise::Neutral);
    m_requests->setHistory(todaysShape(metrics, metrics.requestsPerSecond, now));
    m_firstToken->setHistory(todaysShape(metrics, metrics.firstTokenMs, now));
    m_firstToken->setChange(changeSinceYesterday(metrics, metrics.firstTokenMs, now), Rise::Bad);
    describe();
}

void NodeTiles::showUsage(const Usage& today, const Usage& yesterday) {
    m_usage = today;
    m_requests->setChange(changeOf(double(today.requests), double(yesterday.requests)),
                          Rise::Neutral);
    describe();
}

void NodeTiles::showUnknown() {
    for (StatTile* tile : {m_requests, m_firstToken}) {
        if (tile->isLoading())
            tile->setValue({});
    }
}

void NodeTiles::describe() {
    m_tokens->setLabel(tr("Tokens generated a second"));
    m_requests->setLabel(tr("Requests in 24 hours"));
    m_firstToken->setLabel(tr("Time to the first token"));
    m_runs->setLabel(tr("Fine-tuning now"));
    const QString means =
        tr("The change compares the means of the last 24 hours and the 24 hours before.");
    m_tokens->setToolTip(means);
    m_firstToken->setToolTip(means);
    if (m_statusKnown)
        m_tokens->setValue(formatDecimal(m_tokensPerSecond,
                                         m_tokensPerSecond > 0 && m_tokensPerSecond < 10 ? 1 : 0));
    if (m_usage)
        m_requests->setValue(formatCount(m_usage->requests));
    if (m_metricsKnown) {
        const double ms = m_firstTokenMs.value_or(0);
        if (!m_firstTokenMs)
            m_firstToken->setValue({});
        else if (ms < 1000)
            m_firstToken->setValue(formatCount(std::llround(ms)), tr("ms", "milliseconds"));
        else
            m_firstToken->setValue(formatDecimal(ms / 1000, 2), tr("s", "seconds"));
        m_firstToken->setNote(m_firstTokenMs ? QString() : tr("no requests today"));
    }
    describeRuns();
}

void NodeTiles::describeRuns() {
    if (!m_jobsKnown)
        return;
    m_runs->setValue(formatCount(m_running), tr("running"));
    m_runs->setNote(m_queued > 0 ? tr("%n waiting", nullptr, m_queued) : tr("none waiting"));
}

}  // namespace hearth::ui
