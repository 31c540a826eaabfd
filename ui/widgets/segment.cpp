#include "ui/widgets/segment.h"

#include <QPainter>

#include "ui/theme/icons.h"
#include "ui/theme/paint.h"
#include "ui/theme/theme.h"

namespace hearth::ui {
namespace {

constexpr int kPadding = 12;
constexpr int kIcon = 16;
constexpr int kGap = 6;

}  // namespace

Segment::Segment(const QString& iconName, QWidget* parent)
    : QRadioButton(parent), m_icon(iconName) {
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

QSize Segment::sizeHint() const {
    // As wide as the bold text of the chosen one, so that choosing moves nothing.
    const QFontMetrics metrics(fontFor(TextRole::BodyStrong));
    int width = 2 * kPadding + (text().isEmpty() ? 0 : metrics.horizontalAdvance(text()) + 1);
    if (!m_icon.isEmpty())
        width += kIcon + (text().isEmpty() ? 0 : kGap);
    return {width, metrics::kControlHeight - 4};
}

void Segment::paintEvent(QPaintEvent*) {
    const Colors& c = colors();
    QPainter painter(this);
    const qreal radius = metrics::kRadius - 2;
    if (isChecked())
        paintBox(painter, rect(), c.surface, mix(c.border, c.outline, 0.35), radius);
    else if (underMouse() && isEnabled())
        paintBox(painter, rect(), mix(c.raised, c.text, 0.08), {}, radius);
    if (showsFocusRing(this))
        paintFocusRing(painter, rect(), radius);
    const QColor ink = !isEnabled()  ? mix(c.surface, c.muted, 0.62)
                       : isChecked() ? c.text
                                     : c.muted;
    painter.setFont(fontFor(isChecked() ? TextRole::BodyStrong : TextRole::Body));
    const int words = text().isEmpty() ? 0 : painter.fontMetrics().horizontalAdvance(text());
    const int icon = m_icon.isEmpty() ? 0 : kIcon;
    const int gap = icon && words ? kGap : 0;
    int x = (width() - words - icon - gap) / 2;
    if (icon)
        paintIcon(painter, QRect(x, 0, icon, height()), m_icon, ink);
    x += icon + gap;
    painter.setPen(ink);
    painter.drawText(QRect(x, 0, width() - x, height()), Qt::AlignVCenter, text());
}

}  // namespace hearth::ui
