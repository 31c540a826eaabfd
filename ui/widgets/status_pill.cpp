#include "ui/widgets/status_pill.h"

#include <QPainter>

#include "ui/theme/paint.h"

namespace hearth::ui {
namespace {

constexpr int kHeight = 22;
constexpr int kPadding = 8;
constexpr int kMark = 9;
constexpr int kGap = 6;

QColor markColor(Tone tone) {
    return toneColor(tone == Tone::Normal ? Tone::Muted : tone);
}

}  // namespace

void paintToneMark(QPainter& painter, const QRectF& rect, Tone tone) {
    const QColor color = markColor(tone);
    const QPointF centre = rect.center();
    const qreal r = std::min(rect.width(), rect.height()) / 2;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(color, 2, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.setBrush(Qt::NoBrush);
    switch (tone) {
        case Tone::Good:
            painter.setPen(Qt::NoPen);
            painter.setBrush(color);
            painter.drawEllipse(centre, r, r);
            break;
        case Tone::Attention:
            painter.setPen(QPen(color, 1, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
            painter.setBrush(color);
            painter.drawPolygon(QPolygonF{centre + QPointF(0, -r), centre + QPointF(r, r * 0.75),
                                          centre + QPointF(-r, r * 0.75)});
            break;
        case Tone::Bad: {
            const qreal d = r * 0.75;
            painter.drawLine(centre + QPointF(-d, -d), centre + QPointF(d, d));
            painter.drawLine(centre + QPointF(-d, d), centre + QPointF(d, -d));
            break;
        }
        case Tone::Information:
        case Tone::Accent:
            painter.drawEllipse(centre, r - 1, r - 1);
            break;
        case Tone::Normal:
        case Tone::Muted:
            painter.drawLine(centre + QPointF(-r + 1, 0), centre + QPointF(r - 1, 0));
            break;
    }
    painter.restore();
}

QSize statusPillSize(const QString& text) {
    const QFontMetrics metrics(fontFor(TextRole::Caption));
    return {2 * kPadding + kMark + kGap + metrics.horizontalAdvance(text) + 1, kHeight};
}

void paintStatusPill(QPainter& painter, const QRect& rect, Tone tone, const QString& text) {
    const QSize size = statusPillSize(text);
    const QRect pill(rect.left(), rect.top() + (rect.height() - size.height()) / 2,
                     std::min(size.width(), rect.width()), size.height());
    const Colors& c = colors();
    paintBox(painter, pill, mix(c.surface, markColor(tone), 0.1), {}, kHeight / 2.0);
    paintToneMark(
        painter, QRectF(pill.left() + kPadding, pill.top() + (kHeight - kMark) / 2.0, kMark, kMark),
        tone);
    painter.save();
    painter.setFont(fontFor(TextRole::Caption));
    painter.setPen(c.text);
    const QRect words = pill.adjusted(kPadding + kMark + kGap, 0, -kPadding + 1, 0);
    painter.drawText(words, Qt::AlignVCenter | Qt::TextSingleLine,
                     painter.fontMetrics().elidedText(text, Qt::ElideRight, words.width() + 1));
    painter.restore();
}

StatusPill::StatusPill(QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
}

void StatusPill::setStatus(Tone tone, const QString& text) {
    m_tone = tone;
    m_text = text;
    setAccessibleName(text);
    updateGeometry();
    update();
}

void StatusPill::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    paintStatusPill(painter, rect(), m_tone, m_text);
}

}  // namespace hearth::ui
