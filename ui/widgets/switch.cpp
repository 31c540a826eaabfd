#include "ui/widgets/switch.h"

#include <QPainter>
#include <QVariantAnimation>

#include "ui/theme/motion.h"
#include "ui/theme/paint.h"
#include "ui/theme/theme.h"

namespace hearth::ui {
namespace {

constexpr QSize kTrack{36, 20};
constexpr int kRing = 4;  // room around the track
constexpr int kGap = 6;

}  // namespace

Switch::Switch(QWidget* parent) : QCheckBox(parent) {
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    m_glide = new QVariantAnimation(this);
    m_glide->setEasingCurve(QEasingCurve::InOutQuad);
    connect(m_glide, &QVariantAnimation::valueChanged, this, [this](const QVariant& value) {
        m_knob = value.toDouble();
        update();
    });
    connect(this, &QCheckBox::toggled, this, [this](bool on) {
        m_glide->stop();
        m_glide->setDuration(isVisible() ? motionDuration() : 0);
        m_glide->setStartValue(m_knob);
        m_glide->setEndValue(on ? 1.0 : 0.0);
        m_glide->start();
    });
}

QSize Switch::sizeHint() const {
    const int words = text().isEmpty() ? 0 : kGap + fontMetrics().horizontalAdvance(text()) + 2;
    return {kTrack.width() + 2 * kRing + words, metrics::kControlHeight};
}

void Switch::paintEvent(QPaintEvent*) {
    const Colors& c = colors();
    QPainter painter(this);
    const QRectF track(kRing, (height() - kTrack.height()) / 2.0, kTrack.width(), kTrack.height());
    QColor off = mix(c.surface, c.outline, isEnabled() ? 1 : 0.4);
    QColor on = isEnabled() ? c.accent : mix(c.surface, c.accent, 0.4);
    if (underMouse() && isEnabled()) {
        off = mix(off, c.text, 0.15);
        on = mix(on, c.text, 0.1);
    }
    paintBox(painter, track, mix(off, on, m_knob), {}, kTrack.height() / 2.0);
    constexpr qreal kKnob = 14;
    const qreal travel = kTrack.width() - kKnob - 6;
    const QRectF knob(track.left() + 3 + travel * m_knob, track.top() + 3, kKnob, kKnob);
    paintBox(painter, knob, m_knob > 0.5 ? c.onAccent : c.surface, {}, kKnob / 2);
    if (showsFocusRing(this))
        paintFocusRing(painter, track.adjusted(-kRing, -kRing, kRing, kRing),
                       kTrack.height() / 2.0 + kRing);
    painter.setPen(isEnabled() ? c.text : mix(c.surface, c.muted, 0.62));
    painter.drawText(rect().adjusted(kTrack.width() + 2 * kRing + kGap, 0, 0, 0),
                     Qt::AlignVCenter | Qt::TextSingleLine, text());
}

}  // namespace hearth::ui
