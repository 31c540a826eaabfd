#include "ui/pages/overview/overview_page.h"

#include <QDateTime>
#include <QGridLayout>
#include <QScrollArea>

#include "ui/i18n/format.h"
#include "ui/i18n/language.h"
#include "ui/models/job_texts.h"
#include "ui/models/node_watch.h"
#include "ui/models/session.h"
#include "ui/pages/overview/cache_card.h"
#include "ui/pages/overview/day_history.h"
#include "ui/pages/overview/health_card.h"
#include "ui/pages/overview/machine_card.h"
#include "ui/pages/overview/node_tiles.h"
#include "ui/shell/navigator.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/button.h"
#include "ui/widgets/chart/chart.h"
#include "ui/widgets/line_list.h"
#include "ui/widgets/scrolled.h"

namespace hearth::ui {
namespace {

constexpr int kHistoryEveryMs = 30'000;
constexpr int kHistoryPoints = 576;  // two days, five minutes each
constexpr qint64 kYoung = 2 * 3600;  // seconds; of a younger node the chart shows its life only
constexpr double kLeastSpan = 600;   // seconds
constexpr int kRunsShown = 5;

}  // namespace

OverviewPage::OverviewPage(AppContext& context)
    : Page(context),
      m_trouble(new Banner),
      m_health(new HealthCard),
      m_tiles(new NodeTiles),
      m_chartCard(new Card),
      m_chart(new Chart({.x = Quantity::Time, .y = Quantity::Rate, .fromZero = true})),
      m_cache(new CacheCard),
      m_modelsCard(new Card),
      m_models(new LineList),
      m_runsCard(new Card),
      m_runs(new LineList),
      m_machine(new MachineCard) {
    build();
    connectWatch();
    m_clock.setInterval(kHistoryEveryMs);
    connect(&m_clock, &QTimer::timeout, this, &OverviewPage::askHistory);
    translated(this, [this] { showTexts(); });
}

void OverviewPage::build() {
    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, metrics::kGrid, 0);  // beside the scroll bar
    column->setSpacing(metrics::kGap);
    m_trouble->hide();
    column->addWidget(m_trouble);
    column->addWidget(m_health);
    column->addWidget(m_tiles);
    column->addWidget(buildGrid());
    column->addStretch(1);

    auto* scroll = scrolled(content);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    body()->addWidget(scroll, 1);
}

QWidget* OverviewPage::buildGrid() {
    m_chart->data().addSeries({});
    m_chart->data().addSeries({});
    m_chart->setLoading(true);
    m_chart->setMinimumHeight(280);
    m_chartCard->body()->setContentsMargins(metrics::kGap, 6, metrics::kGap, metrics::kGap);
    m_chartCard->body()->addWidget(m_chart);
    m_modelsCard->body()->addWidget(m_models);
    m_modelsCard->body()->addStretch(1);
    m_runsCard->body()->addWidget(m_runs);
    m_runsCard->body()->addStretch(1);

    auto* grid = new QWidget;
    auto* cells = new QGridLayout(grid);
    cells->setContentsMargins(0, 0, 0, 0);
    cells->setSpacing(metrics::kGap);
    cells->addWidget(m_chartCard, 0, 0, 1, 2);
    cells->addWidget(m_cache, 0, 2);
    cells->addWidget(m_modelsCard, 1, 0);
    cells->addWidget(m_runsCard, 1, 1);
    cells->addWidget(m_machine, 1, 2);
    for (int column = 0; column < 3; ++column)
        cells->setColumnStretch(column, 1);
    return grid;
}

void OverviewPage::connectWatch() {
    NodeWatch& watch = context().watch;
    Navigator& navigator = context().navigator;
    connect(&watch, &NodeWatch::statusChanged, this, &OverviewPage::showStatus);
    connect(&watch, &NodeWatch::jobsChanged, this, &OverviewPage::showRuns);
    connect(&watch, &NodeWatch::alarmsChanged, this, &OverviewPage::showAlarms);
    connect(m_health, &HealthCard::opened, &navigator, &Navigator::open);
    connect(m_tiles, &NodeTiles::runsClicked, &navigator,
            [&navigator] { navigator.open("fine_tuning"); });
    connect(m_runs, &LineList::activated, &navigator,
            [&navigator](const QString& id) { navigator.open("fine_tuning", id); });
    connect(m_models, &LineList::activated, &navigator,
            [&navigator](const QString& id) { navigator.open("models", id); });
    connect(m_trouble, &Banner::actionClicked, this, &OverviewPage::askHistory);
    connect(&context().session, &Session::interrupted, m_health, &HealthCard::showAway);
}

void OverviewPage::showTexts() {
    m_chart->setTitle(tr("Tokens a second"), tr("last 24 hours"));
    m_chart->setEmptyText(tr("No values yet. The node samples itself every 10 seconds."));
    m_chart->data().setName(0, tr("Read (prompts)"));
    m_chart->data().setName(1, tr("Generated"));
    m_modelsCard->setTitle(tr("Models served"));
    m_models->setEmptyText(tr("No model is loaded. Load or import one under Models."));
    m_runsCard->setTitle(tr("Fine-tuning"));
    m_runs->setEmptyText(tr("No runs yet. Start one under Fine-tuning."));
    m_trouble->setAction(tr("Try again"));
    if (context().watch.status())
        showStatus();
    showRuns();
}

QVector<PageCommand> OverviewPage::commands() {
    return {{.title = [] { return tr("Refresh the overview"); },
             .shortcut = QKeySequence(Qt::Key_F5),
             .run =
                 [this] {
                     context().watch.refresh();
                     askHistory();
                 }}};
}

void OverviewPage::shown() {
    if (context().watch.status())
        showStatus();
    showAlarms();
    showRuns();
    askHistory();
    m_clock.start();
}

void OverviewPage::left() {
    m_clock.stop();
}

void OverviewPage::askHistory() {
    const qint64 now = QDateTime::currentSecsSinceEpoch();
    context().session.api().metrics(
        std::max(now - 2 * kDaySeconds, m_since), now, kHistoryPoints, this,
        [this, now](const Outcome<NodeMetrics>& metrics) { takeMetrics(metrics, double(now)); });
    askUsage(now);
}

void OverviewPage::takeMetrics(const Outcome<NodeMetrics>& metrics, double now) {
    if (!metrics) {
        showFailure(metrics.failure());
        return;
    }
    m_trouble->hide();
    if (zoomToLife(*metrics, now))
        return;
    m_chart->setLoading(false);
    const double begin = std::max(now - kDaySeconds, double(m_since));
    m_chart->data().setDomain(Range{.low = std::min(begin, now - kLeastSpan), .high = now});
    m_chart->data().setPoints(0, todaysPoints(*metrics, metrics->promptTokensPerSecond, now));
    m_chart->data().setPoints(1, todaysPoints(*metrics, metrics->generatedTokensPerSecond, now));
    m_tiles->showMetrics(*metrics, now);
    m_machine->showProcessorShare(meanWithin(*metrics, metrics->cpuShare, now - 300, now + 1));
}

/// Two days in kHistoryPoints parts make a young node's life one dot: true when it is asked for
/// again, closer.
bool OverviewPage::zoomToLife(const NodeMetrics& metrics, double now) {
    const auto& status = context().watch.status();
    if (m_since > 0 || metrics.time.isEmpty() || !status)
        return false;
    const double first = std::min(metrics.time.first(), double(status->startedAt));
    if (first < now - kYoung)
        return false;
    m_since = qint64(first) - metrics.intervalSeconds;
    askHistory();
    return true;
}

void OverviewPage::askUsage(qint64 now) {
    NodeApi& api = context().session.api();
    api.usage(now - kDaySeconds, now, this, [this, &api, now](const Outcome<Usage>& today) {
        if (!today) {
            showFailure(today.failure());
            return;
        }
        api.usage(now - 2 * kDaySeconds, now - kDaySeconds, this,
                  [this, today = *today](const Outcome<Usage>& yesterday) {
                      m_tiles->showUsage(today, yesterday ? *yesterday : Usage{});
                  });
    });
}

void OverviewPage::showFailure(const ApiFailure& failure) {
    m_trouble->setTone(Tone::Attention);
    m_trouble->setText(
        failure.requestId.isEmpty()
            ? tr("The history of the node could not be read. %1").arg(failure.message)
            : tr("The history of the node could not be read. %1 Request %2.")
                  .arg(failure.message, failure.requestId));
    m_trouble->show();
    m_tiles->showUnknown();
    m_chart->setLoading(false);
}

void OverviewPage::showStatus() {
    const NodeStatus& status = *context().watch.status();
    m_health->showNode(status);
    m_tiles->showStatus(status, context().watch.tokensPerSecond());
    m_cache->showStatus(status);
    m_machine->showStatus(status);
    showModels();
}

void OverviewPage::showAlarms() {
    m_health->showAlarms(context().watch.alarms());
    // Buttons that came late would be reached last.
    QWidget* before = m_trouble->action();
    for (QWidget* button : m_health->buttons()) {
        setTabOrder(before, button);
        before = button;
    }
}

void OverviewPage::showModels() {
    QVector<Line> lines;
    for (const ModelLoad& model : context().watch.status()->models) {
        const QString waiting =
            model.waiting > 0 ? tr("%n waiting", nullptr, model.waiting) : QString();
        lines.append(
            {.id = model.id,
             .title = model.id,
             .note = waiting,
             .trailing = model.running > 0 ? tr("%n running", nullptr, model.running) : tr("idle"),
             .tone = model.waiting > 0 ? Tone::Attention : Tone::Good});
    }
    m_models->setLines(lines);
}

void OverviewPage::showRuns() {
    if (!context().watch.status())
        return;  // still unknown, not empty
    QVector<Line> lines;
    for (const Job& job : context().watch.jobs()) {
        if (lines.size() == kRunsShown)
            break;
        const bool running = job.progress && job.active();
        const QString left =
            running ? tr("%1 left").arg(formatDuration(job.progress->etaSeconds)) : QString();
        lines.append({.id = job.id,
                      .title = jobTitle(job),
                      .note = jobStatusText(job.status),
                      .trailing = running ? left : formatWhen(job.createdAt),
                      .tone = jobStatusTone(job.status),
                      .share = running ? jobShare(job) : std::nullopt});
    }
    m_runs->setLines(lines);
    m_tiles->showJobs(context().watch.jobs());
}

}  // namespace hearth::ui
