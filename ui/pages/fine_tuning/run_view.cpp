#include "ui/pages/fine_tuning/run_view.h"

#include <QHBoxLayout>
#include <QScrollArea>
#include <QVBoxLayout>

#include "ui/i18n/format.h"
#include "ui/i18n/language.h"
#include "ui/models/job_texts.h"
#include "ui/pages/fine_tuning/expert_curves.h"
#include "ui/pages/fine_tuning/record_card.h"
#include "ui/pages/fine_tuning/run_curves.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/button.h"
#include "ui/widgets/card.h"
#include "ui/widgets/chart/axis.h"
#include "ui/widgets/log_view.h"
#include "ui/widgets/progress_row.h"
#include "ui/widgets/scrolled.h"
#include "ui/widgets/status_pill.h"
#include "ui/widgets/view_head.h"

namespace hearth::ui {
namespace {

Card* cardWith(QWidget* content, int minimumHeight = 0) {
    auto* card = new Card;
    content->setMinimumHeight(minimumHeight);
    card->body()->addWidget(content);
    return card;
}

}  // namespace

RunView::RunView(NodeApi& api, QWidget* parent) : QWidget(parent), m_api(api) {
    build();
    m_clock.setInterval(2'000);
    connect(&m_clock, &QTimer::timeout, this, &RunView::ask);
    connect(m_head->back(), &Button::clicked, this, &RunView::backWanted);
    connect(m_chat, &Button::clicked, this, [this] { emit chatWanted(m_job.fineTunedModel); });
    connect(m_again, &Button::clicked, this, [this] { emit againWanted(m_job); });
    connect(m_progress, &ProgressRow::cancelled, this, &RunView::askCancel);
    connect(m_trouble, &Banner::actionClicked, this, &RunView::ask);
    translated(this, [this] { showTexts(); });
}

Button* RunView::backButton() const {
    return m_head->back();
}

void RunView::setMayRun(bool may) {
    m_mayRun = may;
    if (!m_job.id.isEmpty())
        showJob();
}

void RunView::build() {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metrics::kGap);
    column->addWidget(buildHeader());
    auto* content = new QWidget;
    auto* rows = new QVBoxLayout(content);
    rows->setContentsMargins(0, 0, metrics::kGrid, 0);
    rows->setSpacing(metrics::kGap);
    m_trouble = new Banner;
    m_trouble->hide();
    rows->addWidget(m_trouble);
    m_progress = new ProgressRow;
    m_progressCard = cardWith(m_progress);
    rows->addWidget(m_progressCard);
    rows->addWidget(buildColumns(), 1);

    auto* scroll = scrolled(content);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    column->addWidget(scroll, 1);
}

QWidget* RunView::buildHeader() {
    m_status = new StatusPill;
    m_again = new Button(ButtonKind::Quiet);
    m_chat = new Button(ButtonKind::Primary, QStringLiteral("chat"));
    m_head = new ViewHead({m_status, m_again, m_chat});
    return m_head;
}

QWidget* RunView::buildColumns() {
    m_curves = new RunCurves;
    m_curvesCard = cardWith(m_curves);
    m_curvesCard->body()->setContentsMargins(metrics::kGap, 6, metrics::kGap, metrics::kGap);
    m_experts = new ExpertCurves;
    m_expertsCard = cardWith(m_experts);
    m_log = new LogView;
    m_logCard = cardWith(m_log, 220);
    m_evaluations = new FactsTable;
    m_evaluationsCard = cardWith(m_evaluations);
    m_checkpoints = new FactsTable;
    m_checkpointsCard = cardWith(m_checkpoints);
    m_origin = new FactsTable;
    m_originCard = cardWith(m_origin);
    m_settings = new FactsTable;
    m_settingsCard = cardWith(m_settings);
    m_record = new RecordCard(m_api);

    auto* columns = new QWidget;
    auto* row = new QHBoxLayout(columns);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(metrics::kGap);
    auto* left = new QVBoxLayout;
    auto* right = new QVBoxLayout;
    for (QVBoxLayout* side : {left, right})
        side->setSpacing(metrics::kGap);
    left->addWidget(m_curvesCard, 3);
    left->addWidget(m_expertsCard, 2);
    left->addWidget(m_logCard, 2);
    left->addWidget(m_record);
    for (Card* card : {m_evaluationsCard, m_originCard, m_settingsCard, m_checkpointsCard})
        right->addWidget(card);
    right->addStretch(1);
    row->addLayout(left, 5);
    row->addLayout(right, 3);
    return columns;
}

void RunView::showTexts() {
    m_head->back()->setText(tr("All runs"));
    m_again->setText(tr("Train again"));
    m_again->setToolTip(tr("Start a new run with these files and settings"));
    m_chat->setText(tr("Chat with it"));
    m_expertsCard->setTitle(tr("Experts"));
    m_expertsCard->setHelp(tr("Where the routers send the tokens, layer by layer."));
    m_logCard->setTitle(tr("Log"));
    m_log->setPlaceholder(tr("Nothing has happened yet."));
    m_evaluationsCard->setTitle(tr("Right answers"));
    m_evaluations->setName(tr("Right answers"));
    m_checkpointsCard->setTitle(tr("Checkpoints"));
    m_checkpoints->setName(tr("Checkpoints"));
    m_originCard->setTitle(tr("Run"));
    m_origin->setName(tr("Run"));
    m_settingsCard->setTitle(tr("Settings"));
    m_settings->setName(tr("Settings"));
    m_trouble->setAction(tr("Try again"));
    if (!m_job.id.isEmpty())
        showJob();
}

void RunView::showJob() {
    m_head->setTitle(jobTitle(m_job));
    m_head->setCaption(m_job.id);
    m_status->setStatus(jobStatusTone(m_job.status), jobStatusText(m_job.status));
    m_chat->setVisible(m_job.status == QLatin1String("succeeded") &&
                       !m_job.fineTunedModel.isEmpty());
    m_again->setVisible(m_mayRun && !m_job.model.isEmpty());
    m_origin->setFacts(originFacts(m_job, m_files));
    m_settings->setFacts(settingFacts(m_job));
    m_settingsCard->setVisible(!m_settings->facts().isEmpty());
    m_expertsCard->setVisible(!m_experts->isEmpty());
    m_evaluations->setHeadings(evaluationHeadings());
    m_evaluations->setFacts(evaluationFacts(m_job));
    m_evaluationsCard->setVisible(!m_job.evaluations.isEmpty());
    showCheckpoints();
    showProgress();
    if (!m_job.error.isEmpty())
        showTrouble(tr("The run failed: %1").arg(m_job.error), Tone::Bad);
}

void RunView::showProgress() {
    m_progressCard->setVisible(m_job.active());
    m_progress->setCancellable(m_mayRun);
    m_progress->setCancelling(m_cancelling);
    if (!m_job.progress) {
        m_progress->setWhat(jobStatusText(m_job.status));
        m_progress->setProgress({});
        return;
    }
    const JobProgress& at = *m_job.progress;
    m_progress->setWhat(tr("Step %1 of %2").arg(formatCount(at.step), formatCount(at.totalSteps)));
    m_progress->setProgress(
        {.share = jobShare(m_job),
         .secondsLeft = at.etaSeconds > 0 ? std::optional(at.etaSeconds) : std::nullopt,
         .rate = at.tokensPerSecond > 0
                     ? tr("%1 tokens a second").arg(formatCount(std::llround(at.tokensPerSecond)))
                     : QString()});
}

void RunView::showCheckpoints() {
    QVector<Fact> facts;
    for (const Checkpoint& checkpoint : m_found) {
        QString loss;
        for (const QString& key : checkpoint.metrics.keys()) {
            if (key.contains(QLatin1String("valid")) && loss.isEmpty())
                loss = valueLabel(checkpoint.metrics[key].toDouble(qQNaN()), Quantity::Number);
        }
        facts.append({.label = tr("Step %1").arg(formatCount(checkpoint.step)),
                      .values = {loss, formatWhen(checkpoint.createdAt)}});
    }
    m_checkpoints->setHeadings({tr("Validation loss"), tr("Saved")});
    m_checkpoints->setFacts(facts);
    m_checkpointsCard->setVisible(!facts.isEmpty());
}

void RunView::showTrouble(const QString& text, Tone tone) {
    m_trouble->setTone(tone);
    m_trouble->setText(text);
    m_trouble->setAction(tone == Tone::Bad ? QString() : tr("Try again"));
    m_trouble->show();
}

}  // namespace hearth::ui
