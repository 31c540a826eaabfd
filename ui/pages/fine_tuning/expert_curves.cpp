#include "ui/pages/fine_tuning/expert_curves.h"

#include <QVBoxLayout>
#include <algorithm>

#include "ui/i18n/format.h"
#include "ui/i18n/language.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/chart/chart.h"
#include "ui/widgets/label.h"
#include "ui/widgets/segmented_control.h"

namespace hearth::ui {
namespace {

const QLatin1String kPrefix("experts/");
enum Line { kWorst, kMiddle };

using Layers = QMap<int, double>;

const QStringList kMeasures{"load", "entropy", "dead", "drift"};

QString nameOf(const QString& measure) {
    if (measure == "load")
        return ExpertCurves::tr("Load");
    if (measure == "entropy")
        return ExpertCurves::tr("Evenness");
    return measure == "dead" ? ExpertCurves::tr("Dead experts") : ExpertCurves::tr("Drift");
}

QString unitOf(const QString& measure) {
    if (measure == "load")
        return ExpertCurves::tr("of the busiest expert, in even shares");
    if (measure == "entropy")
        return ExpertCurves::tr("of the router's choice, 1 is even");
    if (measure == "dead")
        return ExpertCurves::tr("that no token went to lately");
    return ExpertCurves::tr("share of choices that the base would not make");
}

/// About the worst layer.
QString sentenceOf(const QString& measure, int layer, double value) {
    const QString number = QString::number(layer);
    if (measure == "load")
        return ExpertCurves::tr("Layer %1: the busiest expert gets %2 times its even share.")
            .arg(number, formatDecimal(value, 1));
    if (measure == "entropy")
        return ExpertCurves::tr("Layer %1 chooses the least evenly: %2 of 1.")
            .arg(number, formatDecimal(value, 2));
    if (measure == "dead")
        return value > 0 ? ExpertCurves::tr("Layer %1 has %2 dead experts.")
                               .arg(number, formatCount(qint64(value)))
                         : ExpertCurves::tr("No expert is dead.");
    return ExpertCurves::tr("Layer %1: %2 of the tokens go to other experts than at the start.")
        .arg(number, formatPercent(value));
}

/// The layer with the worst value: the least even, else the greatest.
Layers::const_iterator worstOf(const Layers& layers, const QString& measure) {
    return measure == "entropy" ? std::ranges::min_element(layers)
                                : std::ranges::max_element(layers);
}

double middleOf(const Layers& layers) {
    QList<double> values = layers.values();
    std::ranges::sort(values);
    const qsizetype half = values.size() / 2;
    return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

}  // namespace

ExpertCurves::ExpertCurves(QWidget* parent)
    : QWidget(parent),
      m_measure(new SegmentedControl),
      m_chart(new Chart({.fromZero = true})),
      m_sentence(new Label(TextRole::Body, Tone::Muted)) {
    for (const QString& measure : kMeasures)
        m_measure->addChoice(measure);
    m_chart->data().addSeries({});
    m_chart->data().addSeries({});
    m_chart->setMinimumHeight(220);
    m_sentence->setWordWrap(true);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metrics::kGrid);
    column->addWidget(m_measure, 0, Qt::AlignLeft);
    column->addWidget(m_chart, 1);
    column->addWidget(m_sentence);
    connect(m_measure, &SegmentedControl::chosen, this, [this] { showTexts(); });
    translated(this, [this] { showTexts(); });
}

void ExpertCurves::reset() {
    m_values.clear();
    showValues();
}

void ExpertCurves::take(const JobCurves& curves) {
    bool any = false;
    for (auto it = curves.lowerBound(kPrefix); it != curves.cend() && it.key().startsWith(kPrefix);
         ++it) {
        const QStringList parts = it.key().split('/');  // experts, layer, measure
        if (parts.size() != 3)
            continue;
        Steps& steps = m_values[parts[2]];
        for (qsizetype i = 0; i < it.value().steps.size(); ++i)
            steps[qint64(it.value().steps[i])][parts[1].toInt()] = it.value().values[i];
        any = true;
    }
    if (any)
        showValues();
}

void ExpertCurves::showTexts() {
    for (int i = 0; i < kMeasures.size(); ++i)
        m_measure->setText(i, nameOf(kMeasures[i]));
    m_chart->data().setName(kWorst, tr("Worst layer"));
    m_chart->data().setName(kMiddle, tr("Middle layer"));
    const QString measure = m_measure->choice().toString();
    m_chart->setTitle(nameOf(measure), unitOf(measure));
    showValues();
}

void ExpertCurves::showValues() {
    const QString measure = m_measure->choice().toString();
    std::vector<QPointF> worst, middle;
    const Steps steps = m_values.value(measure);
    for (auto step = steps.cbegin(); step != steps.cend(); ++step) {
        worst.emplace_back(step.key(), *worstOf(step.value(), measure));
        middle.emplace_back(step.key(), middleOf(step.value()));
    }
    m_chart->data().setPoints(kWorst, std::move(worst));
    m_chart->data().setPoints(kMiddle, std::move(middle));
    m_sentence->setText(sentence());
}

QString ExpertCurves::sentence() const {
    const QString measure = m_measure->choice().toString();
    const Steps steps = m_values.value(measure);
    if (steps.isEmpty())
        return {};
    const auto worst = worstOf(steps.last(), measure);
    return sentenceOf(measure, worst.key(), *worst);
}

}  // namespace hearth::ui
