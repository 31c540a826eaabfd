// Thin, round, without arrows or a groove: content shows through beside the thumb.
#include <QPainter>

#include "ui/theme/hearth_style_parts.h"
#include "ui/theme/paint.h"
#include "ui/theme/theme.h"

namespace hearth::ui {
namespace {

constexpr int kShortest = 32;

}  // namespace

QRect scrollBarPart(const QStyleOptionSlider& option, QStyle::SubControl part) {
    const bool across = option.orientation == Qt::Horizontal;
    const QRect& r = option.rect;
    if (part == QStyle::SC_ScrollBarGroove)
        return r;
    if (part != QStyle::SC_ScrollBarSlider && part != QStyle::SC_ScrollBarAddPage &&
        part != QStyle::SC_ScrollBarSubPage)
        return {};
    const int length = across ? r.width() : r.height();
    const qint64 range = qint64(option.maximum) - option.minimum;
    int thumb = length;
    if (range > 0)
        thumb = int(qint64(option.pageStep) * length / (range + option.pageStep));
    thumb = std::clamp(thumb, std::min(kShortest, length), length);
    const int start = QStyle::sliderPositionFromValue(
        option.minimum, option.maximum, option.sliderPosition, length - thumb, option.upsideDown);
    int from = start;
    int size = thumb;
    if (part == QStyle::SC_ScrollBarSubPage) {
        from = 0;
        size = start;
    } else if (part == QStyle::SC_ScrollBarAddPage) {
        from = start + thumb;
        size = length - from;
    }
    return across ? QRect(r.left() + from, r.top(), size, r.height())
                  : QRect(r.left(), r.top() + from, r.width(), size);
}

void paintScrollBar(QPainter& painter, const QStyleOptionSlider& option, const QRect& thumb) {
    if (option.maximum <= option.minimum)
        return;
    const bool across = option.orientation == Qt::Horizontal;
    const bool hovered = option.state & (QStyle::State_MouseOver | QStyle::State_Sunken);
    const qreal thick = hovered ? 8 : 6;
    QRectF pill = thumb;
    if (across)
        pill = QRectF(pill.left() + 2, pill.center().y() - thick / 2, pill.width() - 4, thick);
    else
        pill = QRectF(pill.center().x() - thick / 2, pill.top() + 2, thick, pill.height() - 4);
    const bool dragged = option.state & QStyle::State_Sunken;
    // The thumb is a mark: 3:1 once the pointer looks for it.
    const QColor ink = mix(colors().surface, colors().outline, hovered ? 1 : 0.6);
    paintBox(painter, pill, dragged ? mix(ink, colors().text, 0.3) : ink, {}, thick / 2);
}

}  // namespace hearth::ui
