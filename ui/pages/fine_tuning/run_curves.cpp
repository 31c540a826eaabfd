#include "ui/pages/fine_tuning/run_curves.h"

#include <QVBoxLayout>

#include "ui/i18n/language.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/chart/chart.h"

namespace hearth::ui {
namespace {

// What says how training goes, and how it goes on held-out data.
struct Names {
    QLatin1String training;
    QLatin1String validation;
};
constexpr Names kLosses{QLatin1String("train_loss"), QLatin1String("valid_loss/")};
constexpr Names kRewards{QLatin1String("train_reward"), QLatin1String("valid_reward/")};
const QLatin1String kLearningRate("learning_rate");

}  // namespace

RunCurves::RunCurves(QWidget* parent)
    : QWidget(parent),
      m_loss(new Chart({.offerSmoothing = true})),
      m_rate(new Chart({.fromZero = true})) {
    m_rate->linkWith(m_loss);
    m_rate->data().addSeries({});
    m_loss->setMinimumHeight(260);
    m_rate->setMinimumHeight(160);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metrics::kGrid);
    column->addWidget(m_loss, 3);
    column->addWidget(m_rate, 2);
    reset();
    translated(this, [this] { showTexts(); });
}

void RunCurves::reset() {
    m_lastStep = -1;
    m_rewards = false;
    beginSeries();
    m_rate->data().clearPoints();
    m_loss->setLoading(true);
    m_rate->setLoading(true);
}

void RunCurves::beginSeries() {
    m_series.clear();
    m_loss->data().removeAllSeries();
    const QString training = m_rewards ? kRewards.training : kLosses.training;
    m_series.insert(training, m_loss->data().addSeries(nameOf(training)));
}

void RunCurves::take(const JobCurves& curves) {
    if (!m_rewards && curves.contains(kRewards.training)) {
        m_rewards = true;
        beginSeries();
        showTexts();
    }
    const QLatin1String validation = m_rewards ? kRewards.validation : kLosses.validation;
    m_loss->setLoading(false);
    m_rate->setLoading(false);
    for (auto it = curves.cbegin(); it != curves.cend(); ++it) {
        if (it.key() == kLearningRate)
            append(m_rate, 0, it.value());
        if (it.key().startsWith(validation) && !m_series.contains(it.key()))
            m_series.insert(it.key(), m_loss->data().addSeries(nameOf(it.key()), false));
        if (m_series.contains(it.key()))
            append(m_loss, m_series[it.key()], it.value());
    }
}

void RunCurves::append(Chart* chart, int series, const Curve& curve) {
    const SeriesData& shown = chart->data().curves()[size_t(series)].raw;
    const double last = shown.empty() ? -1 : shown.x(shown.size() - 1);
    std::vector<QPointF> later;
    for (qsizetype i = 0; i < curve.steps.size(); ++i) {
        if (curve.steps[i] > last)
            later.emplace_back(curve.steps[i], curve.values[i]);
        m_lastStep = std::max(m_lastStep, qint64(curve.steps[i]));
    }
    chart->data().append(series, later);
}

qint64 RunCurves::askAfter() const {
    return m_lastStep < 0 ? -1 : m_lastStep - 1;
}

QString RunCurves::nameOf(const QString& series) const {
    const qsizetype slash = series.indexOf('/');
    return slash < 0 ? tr("Training") : tr("Validation, %1").arg(series.mid(slash + 1));
}

void RunCurves::showTexts() {
    m_loss->setTitle(m_rewards ? tr("Reward") : tr("Loss"),
                     m_rewards ? tr("of an answer") : tr("nats a token"));
    m_rate->setTitle(tr("Learning rate"));
    const QString waits = tr("No values yet. They come with the first step.");
    m_loss->setEmptyText(waits);
    m_rate->setEmptyText(waits);
    m_rate->data().setName(0, tr("Learning rate"));
    for (auto it = m_series.cbegin(); it != m_series.cend(); ++it)
        m_loss->data().setName(it.value(), nameOf(it.key()));
}

}  // namespace hearth::ui
