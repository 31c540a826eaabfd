// Check boxes, radio buttons, sliders, progress bars.
#include <QDateTime>
#include <QPainter>
#include <QTimer>
#include <QWidget>

#include "ui/theme/hearth_style_parts.h"
#include "ui/theme/icons.h"
#include "ui/theme/motion.h"
#include "ui/theme/paint.h"
#include "ui/theme/theme.h"

namespace hearth::ui {
namespace {

struct MarkInks {
    QColor fill;
    QColor edge;
    QColor mark;
};

MarkInks markInks(QStyle::State state, bool on) {
    const Colors& c = colors();
    if (!(state & QStyle::State_Enabled))
        return {c.raised, mix(c.surface, c.outline, 0.4), mix(c.surface, c.muted, 0.6)};
    const bool hovered = state & QStyle::State_MouseOver;
    if (on) {
        const QColor fill = hovered ? mix(c.accent, c.text, 0.1) : c.accent;
        return {fill, fill, c.onAccent};
    }
    return {hovered ? c.raised : c.surface, hovered ? mix(c.outline, c.text, 0.4) : c.outline, {}};
}

/// The indicator's box: 16 px, with 2 px around it for the ring.
QRectF markBox(const QStyleOption& option) {
    const QPointF centre = QRectF(option.rect).center();
    return {std::round(centre.x() - 8), std::round(centre.y() - 8), 16, 16};
}

constexpr char kPending[] = "hearthPending";

/// Repaints a bar of unknown length some 25 times a second, as long as it is seen.
void keepMoving(const QWidget* widget) {
    auto* bar = const_cast<QWidget*>(widget);
    if (!bar || motionDuration() == 0 || bar->property(kPending).toBool())
        return;
    bar->setProperty(kPending, true);
    QTimer::singleShot(40, bar, [bar] {
        bar->setProperty(kPending, false);
        bar->update();
    });
}

/// Where the piece of a bar of unknown length is, in shares of the groove.
double busyPosition() {
    if (motionDuration() == 0)
        return 0.35;
    constexpr qint64 kPeriodMs = 1600;
    const double phase = double(QDateTime::currentMSecsSinceEpoch() % kPeriodMs) / kPeriodMs;
    return phase * 1.3 - 0.3;
}

}  // namespace

void paintCheckBox(QPainter& painter, const QStyleOption& option, const QWidget* widget) {
    const bool partial = option.state & QStyle::State_NoChange;
    const MarkInks inks = markInks(option.state, partial || (option.state & QStyle::State_On));
    const QRectF box = markBox(option);
    paintBox(painter, box, inks.fill, inks.edge, 4);
    if (partial)
        paintIcon(painter, box.adjusted(2, 2, -2, -2), "minus", inks.mark);
    else if (option.state & QStyle::State_On)
        paintIcon(painter, box.adjusted(1, 1, -1, -1), "check", inks.mark);
    if (showsFocusRing(widget) && !(option.state & QStyle::State_Item))
        paintFocusRing(painter, box.adjusted(-3, -3, 3, 3));
}

void paintRadioButton(QPainter& painter, const QStyleOption& option, const QWidget* widget) {
    const bool on = option.state & QStyle::State_On;
    const MarkInks inks = markInks(option.state, on);
    const QRectF box = markBox(option);
    paintBox(painter, box, inks.fill, inks.edge, 8);
    if (on)
        paintBox(painter, box.adjusted(5, 5, -5, -5), inks.mark, {}, 3);
    if (showsFocusRing(widget))
        paintFocusRing(painter, box.adjusted(-3, -3, 3, 3), 11);
}

void paintSlider(QPainter& painter, const QStyleOptionSlider& option, const QWidget* widget) {
    const Colors& c = colors();
    const bool enabled = option.state & QStyle::State_Enabled;
    const bool across = option.orientation == Qt::Horizontal;
    // Within PM_SliderLength, so that the pointer finds the knob where it is painted.
    constexpr int kKnob = 16;
    constexpr int kRing = 4;
    const QRectF r = option.rect;
    const qreal length = across ? r.width() : r.height();
    const int at =
        QStyle::sliderPositionFromValue(option.minimum, option.maximum, option.sliderPosition,
                                        int(length) - kKnob - 2 * kRing, option.upsideDown);
    const qreal middle = across ? r.center().y() : r.center().x();
    const qreal centre = kRing + at + kKnob / 2.0;
    const auto groove = [&](qreal from, qreal to) {
        return across ? QRectF(from, middle - 2, to - from, 4)
                      : QRectF(middle - 2, from, 4, to - from);
    };
    const bool hovered = enabled && (option.state & QStyle::State_MouseOver);
    const QColor on = enabled ? c.accent : mix(c.surface, c.outline, 0.4);
    const qreal end = length - kRing;
    paintBox(painter, groove(kRing, end), mix(c.border, c.outline, 0.25), {}, 2);
    paintBox(painter, option.upsideDown ? groove(centre, end) : groove(kRing, centre), on, {}, 2);
    const QPointF point = across ? QPointF(centre, middle) : QPointF(middle, centre);
    const QRectF knob(point - QPointF(kKnob / 2.0, kKnob / 2.0), QSizeF(kKnob, kKnob));
    if (showsFocusRing(widget))
        paintFocusRing(painter, knob.adjusted(-kRing, -kRing, kRing, kRing), kKnob / 2.0 + kRing);
    paintBox(painter, knob, hovered ? mix(on, c.text, 0.15) : on, {}, kKnob / 2.0);
    paintBox(painter, knob.adjusted(5, 5, -5, -5), enabled ? c.onAccent : c.surface, {}, 3);
}

void paintProgressBar(QPainter& painter, const QStyleOptionProgressBar& option,
                      const QWidget* widget) {
    constexpr qreal kHeight = 6;
    const QRectF r = option.rect;
    const QRectF groove(r.left(), r.center().y() - kHeight / 2, r.width(), kHeight);
    paintBox(painter, groove, mix(colors().border, colors().outline, 0.15), {}, kHeight / 2);
    QRectF filled = groove;
    const double range = double(option.maximum) - option.minimum;
    if (range > 0) {
        const double share = (double(option.progress) - option.minimum) / range;
        filled.setWidth(groove.width() * std::clamp(share, 0.0, 1.0));
    } else {
        filled.moveLeft(groove.left() + groove.width() * busyPosition());
        filled.setWidth(groove.width() * 0.3);
        filled = filled.intersected(groove);
        keepMoving(widget);
    }
    if (filled.width() > 0)
        paintBox(painter, filled, colors().accent, {}, kHeight / 2);
}

}  // namespace hearth::ui
