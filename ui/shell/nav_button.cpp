#include "ui/shell/nav_button.h"

#include <QPainter>

#include "ui/theme/icons.h"
#include "ui/theme/paint.h"
#include "ui/theme/theme.h"

namespace hearth::ui {
namespace {

constexpr int kHeight = 36;
constexpr int kIcon = 20;
constexpr int kInset = 10;  // of the icon, so that it stands in the middle when collapsed

}  // namespace

NavButton::NavButton(QString iconName, QWidget* parent)
    : QAbstractButton(parent), m_icon(std::move(iconName)) {
    setCheckable(true);
    setAutoExclusive(true);
    setFocusPolicy(Qt::TabFocus);
    setCursor(Qt::PointingHandCursor);
    setFixedHeight(kHeight);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void NavButton::setCollapsed(bool collapsed) {
    m_collapsed = collapsed;
    update();
}

QSize NavButton::sizeHint() const {
    return {kInset + kIcon + kInset, kHeight};
}

void NavButton::paintEvent(QPaintEvent*) {
    const Colors& c = colors();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF box = QRectF(rect()).adjusted(1, 1, -1, -1);
    painter.setPen(Qt::NoPen);
    if (isChecked() || underMouse() || isDown()) {
        painter.setBrush(isChecked() ? c.accentSoft : c.raised);
        painter.drawRoundedRect(box, metrics::kRadius, metrics::kRadius);
    }
    if (showsFocusRing(this))
        paintFocusRing(painter, rect());
    const QColor ink = isChecked() ? c.accent : underMouse() ? c.text : c.muted;
    paintIcon(painter, QRectF(kInset, (height() - kIcon) / 2.0, kIcon, kIcon), m_icon, ink);
    if (m_collapsed)
        return;
    painter.setFont(fontFor(isChecked() ? TextRole::BodyStrong : TextRole::Body));
    painter.setPen(isChecked() ? c.accent : c.text);
    const QRectF words(kInset + kIcon + 12, 0, width() - kIcon - 2 * kInset - 12, height());
    painter.drawText(words, Qt::AlignVCenter | Qt::AlignLeft,
                     painter.fontMetrics().elidedText(text(), Qt::ElideRight, int(words.width())));
}

}  // namespace hearth::ui
