#include "ui/pages/fine_tuning/compare_view.h"

#include <QScrollArea>
#include <QVBoxLayout>

#include "ui/i18n/language.h"
#include "ui/models/job_texts.h"
#include "ui/pages/fine_tuning/run_facts.h"
#include "ui/widgets/button.h"
#include "ui/widgets/card.h"
#include "ui/widgets/chart/chart.h"
#include "ui/widgets/scrolled.h"
#include "ui/widgets/view_head.h"

namespace hearth::ui {
namespace {

// Training and validation of the first run, then of the second.
constexpr int kSeriesOfRun = 2;

std::vector<QPointF> pointsOf(const Curve& curve) {
    std::vector<QPointF> points;
    for (qsizetype i = 0; i < curve.steps.size(); ++i)
        points.emplace_back(curve.steps[i], curve.values[i]);
    return points;
}

}  // namespace

CompareView::CompareView(NodeApi& api, QWidget* parent)
    : QWidget(parent),
      m_api(api),
      m_head(new ViewHead),
      m_chartCard(new Card),
      m_chart(new Chart({.offerSmoothing = true})),
      m_settingsCard(new Card),
      m_settings(new FactsTable),
      m_evaluationsCard(new Card),
      m_evaluations(new FactsTable) {
    build();
    connect(m_head->back(), &Button::clicked, this, &CompareView::backWanted);
    translated(this, [this] { showTexts(); });
}

Button* CompareView::backButton() const {
    return m_head->back();
}

void CompareView::build() {
    for (int which = 0; which < 2; ++which) {
        m_chart->data().addSeries({});
        m_chart->data().addSeries({}, false);
    }
    m_chart->setSmooth(true);
    m_chart->setMinimumHeight(320);
    m_chartCard->body()->setContentsMargins(metrics::kGap, 6, metrics::kGap, metrics::kGap);
    m_chartCard->body()->addWidget(m_chart);
    m_settingsCard->body()->addWidget(m_settings);
    m_evaluationsCard->body()->addWidget(m_evaluations);

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metrics::kGap);
    column->addWidget(m_head);
    auto* content = new QWidget;
    auto* rows = new QVBoxLayout(content);
    rows->setContentsMargins(0, 0, metrics::kGrid, 0);
    rows->setSpacing(metrics::kGap);
    for (Card* card : {m_chartCard, m_settingsCard, m_evaluationsCard})
        rows->addWidget(card);
    rows->addStretch(1);
    column->addWidget(scrolled(content), 1);
}

void CompareView::open(const Job& a, const Job& b, const FileNames& files) {
    m_files = files;
    m_runs[0] = a;
    m_runs[1] = b;
    ++m_opening;
    m_chart->data().clearPoints();
    m_chart->setLoading(true);
    showTexts();
    askCurves(0);
    askCurves(1);
    m_head->back()->setFocus(Qt::OtherFocusReason);
}

void CompareView::showTexts() {
    m_head->back()->setText(tr("All runs"));
    m_head->setTitle(tr("Two runs side by side"));
    m_chart->setTitle(tr("Loss"), tr("nats a token"));
    m_settingsCard->setTitle(tr("Settings"));
    m_settingsCard->setHelp(tr("What differs is marked."));
    m_settings->setName(tr("Settings"));
    m_evaluationsCard->setTitle(tr("Right answers after training"));
    m_evaluations->setName(tr("Right answers after training"));
    if (!m_runs[0].id.isEmpty())
        showRuns();
}

void CompareView::showRuns() {
    const QStringList names{jobTitle(m_runs[0]), jobTitle(m_runs[1])};
    for (int which = 0; which < 2; ++which) {
        m_chart->data().setName(which * kSeriesOfRun, names[which]);
        m_chart->data().setName(which * kSeriesOfRun + 1, tr("%1, validation").arg(names[which]));
    }
    m_settings->setHeadings(names);
    m_settings->setFacts(comparedFacts(inputFacts(m_runs[0], m_files) + settingFacts(m_runs[0]),
                                       inputFacts(m_runs[1], m_files) + settingFacts(m_runs[1])));
    m_evaluations->setHeadings(names);
    m_evaluations->setFacts(comparedEvaluations(m_runs[0], m_runs[1]));
    m_evaluationsCard->setVisible(!m_evaluations->facts().isEmpty());
}

void CompareView::askCurves(int which) {
    m_api.jobCurves(m_runs[which].id, -1, this,
                    [this, which, opening = m_opening](const Outcome<JobCurves>& curves) {
                        if (opening == m_opening)
                            take(which, curves ? *curves : JobCurves());
                    });
}

void CompareView::take(int which, const JobCurves& curves) {
    m_chart->setLoading(false);
    m_chart->data().setPoints(which * kSeriesOfRun, pointsOf(curves.value("train_loss")));
    for (auto it = curves.cbegin(); it != curves.cend(); ++it) {
        if (it.key().startsWith(QLatin1String("valid_loss/")))
            m_chart->data().setPoints(which * kSeriesOfRun + 1, pointsOf(it.value()));
    }
}

}  // namespace hearth::ui
