#include "ui/widgets/chart/legend.h"

#include <QKeyEvent>
#include <QPainter>
#include <QVBoxLayout>

#include "ui/theme/paint.h"
#include "ui/theme/theme.h"
#include "ui/widgets/chart/series_style.h"
#include "ui/widgets/flow_layout.h"

namespace hearth::ui {
namespace {

constexpr int kHeight = 24;
constexpr int kPadding = 6;
constexpr int kSwatch = 22;
constexpr int kSpace = 6;
constexpr int kWidestName = 260;

}  // namespace

LegendEntry::LegendEntry(int series, QWidget* parent) : QCheckBox(parent), m_series(series) {
    setFont(fontFor(TextRole::Caption));
    setChecked(true);
    setCursor(Qt::PointingHandCursor);
}

QSize LegendEntry::sizeHint() const {
    ensurePolished();
    const int name = std::min(fontMetrics().horizontalAdvance(accessibleName()) + 1, kWidestName);
    return {2 * kPadding + kSwatch + kSpace + name, kHeight};
}

void LegendEntry::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    if (underMouse())
        paintBox(painter, rect(), colors().raised, {}, 4);
    const QColor ink =
        isChecked() ? seriesColor(m_series) : mix(colors().surface, colors().muted, 0.5);
    paintSwatch(painter, m_series, QRectF(kPadding, 0, kSwatch, height()), ink);
    painter.setPen(isChecked() ? colors().text : colors().muted);
    const int left = kPadding + kSwatch + kSpace;
    const QRect name(left, 0, width() - left - kPadding + 1, height());
    QFont font = this->font();
    font.setStrikeOut(!isChecked());
    painter.setFont(font);
    painter.drawText(name, Qt::AlignVCenter | Qt::AlignLeft,
                     fontMetrics().elidedText(accessibleName(), Qt::ElideMiddle, name.width()));
    if (showsFocusRing(this))
        paintFocusRing(painter, rect(), 4);
}

void LegendEntry::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
        click();
    else
        QCheckBox::keyPressEvent(event);
}

Legend::Legend(ChartData* data, QWidget* parent)
    : QWidget(parent), m_data(data), m_flow(new FlowLayout(nullptr, metrics::kGrid / 2)) {
    const int above = (metrics::kControlHeight - kHeight) / 2;  // in line with title and tools
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, above, 0, 0);
    column->addLayout(m_flow);
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    connect(m_data, &ChartData::seriesChanged, this, &Legend::rebuild);
    connect(m_data, &ChartData::changed, this, &Legend::follow);
    rebuild();
}

void Legend::rebuild() {
    const auto& curves = m_data->curves();
    while (m_entries.size() > qsizetype(curves.size()))
        delete m_entries.takeLast();
    while (m_entries.size() < qsizetype(curves.size())) {
        const int series = int(m_entries.size());
        auto* entry = new LegendEntry(series, this);
        connect(entry, &LegendEntry::toggled, m_data,
                [this, series](bool on) { m_data->setVisible(series, on); });
        m_flow->addWidget(entry);
        m_entries.append(entry);
    }
    for (qsizetype i = 0; i < m_entries.size(); ++i) {
        const QString& name = curves[size_t(i)].name;
        m_entries[i]->setToolTip(name.toHtmlEscaped());
        m_entries[i]->setAccessibleName(name);
        m_entries[i]->updateGeometry();
    }
    setVisible(m_entries.size() > 1);
    follow();
}

/// A curve without points (no validation file) has nothing to toggle.
void Legend::follow() {
    const bool empty = m_data->isEmpty();
    for (qsizetype i = 0; i < m_entries.size(); ++i) {
        const ChartSeries& curve = m_data->curves()[size_t(i)];
        m_entries[i]->setChecked(curve.visible);
        m_entries[i]->setVisible(empty || curve.raw.size() > 0);
    }
}

}  // namespace hearth::ui
