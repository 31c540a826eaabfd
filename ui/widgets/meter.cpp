#include "ui/widgets/meter.h"

#include <QPainter>
#include <algorithm>

#include "ui/theme/paint.h"
#include "ui/theme/tabular.h"

namespace hearth::ui {
namespace {

constexpr int kBar = 8;
constexpr int kLine = 20;

}  // namespace

Meter::Meter(Tone tone, QWidget* parent) : QWidget(parent), m_tone(tone) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void Meter::setLabel(const QString& label) {
    m_label = label;
    describe();
}

void Meter::setValue(double share, const QString& value) {
    m_share = std::clamp(share, 0.0, 1.0);
    m_value = value;
    describe();
}

void Meter::setTone(Tone tone) {
    m_tone = tone;
    update();
}

void Meter::describe() {
    setAccessibleName(m_label + ": " + m_value);
    update();
}

void Meter::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setFont(fontFor(TextRole::Body));
    const double value = tabularWidth(painter.font(), m_value);
    const QRectF line(0, 0, width(), kLine);
    painter.setPen(colors().text);
    drawTabular(painter, line, Qt::AlignRight, m_value);
    painter.setPen(colors().muted);
    const int room = int(width() - value - metrics::kGap);
    painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(m_label, Qt::ElideRight, room));
    const QRectF bar(0, kLine + 6, width(), kBar);
    paintBox(painter, bar, mix(colors().surface, colors().border, 0.8), {}, kBar / 2.0);
    if (m_share > 0) {
        const double least = kBar;  // a little is not nothing
        paintBox(painter, {bar.left(), bar.top(), std::max(least, m_share * width()), kBar},
                 toneColor(m_tone), {}, kBar / 2.0);
    }
}

}  // namespace hearth::ui
