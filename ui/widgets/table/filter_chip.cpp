#include "ui/widgets/table/filter_chip.h"

#include <QKeyEvent>
#include <QPainter>

#include "ui/i18n/format.h"
#include "ui/theme/icons.h"
#include "ui/theme/paint.h"
#include "ui/theme/tabular.h"
#include "ui/theme/theme.h"

namespace hearth::ui {
namespace {
constexpr int kHeight = 28;
constexpr int kPadding = 12;
constexpr int kMark = 14;
constexpr int kGap = 6;
}  // namespace

FilterChip::FilterChip(QWidget* parent) : QAbstractButton(parent) {
    setCheckable(true);
    setFont(fontFor(TextRole::Body));
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void FilterChip::setCount(int count) {
    m_count = count;
    updateGeometry();
    update();
}

void FilterChip::setOpensList(bool opens) {
    m_opensList = opens;
    updateGeometry();
}

QString FilterChip::countText() const {
    return m_count < 0 ? QString() : formatCount(m_count);
}

QSize FilterChip::sizeHint() const {
    // The mark's room is always kept, or checking a chip would push its neighbours.
    int width = 2 * kPadding + kMark + kGap + fontMetrics().horizontalAdvance(text());
    if (m_count >= 0)
        width += kGap + int(tabularWidth(font(), countText()) + 1);
    return {width, kHeight};
}

void FilterChip::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Colors& c = colors();
    const QRectF box(rect());
    const bool lit = isChecked();
    paintBox(painter, box,
             lit            ? c.accentSoft
             : underMouse() ? c.raised
                            : c.surface,
             lit ? c.accent : mix(c.border, c.outline, 0.35), kHeight / 2.0);
    QRectF room = box.adjusted(kPadding, 0, -kPadding, 0);
    const QRectF mark(m_opensList ? room.right() - kMark : room.left(),
                      room.center().y() - kMark / 2.0, kMark, kMark);
    if (m_opensList) {
        paintIcon(painter, mark, "chevron_down", c.muted);
        room.setRight(mark.left() - kGap);
    } else if (lit) {
        paintIcon(painter, mark, "check", c.accent);
        room.setLeft(mark.right() + kGap);
    } else {
        // Unchecked, the text stands in the middle of the mark's room.
        room.adjust((kMark + kGap) / 2.0, 0, -(kMark + kGap) / 2.0, 0);
    }
    painter.setPen(c.text);
    painter.drawText(room, Qt::AlignLeft | Qt::AlignVCenter, text());
    painter.setPen(c.muted);
    drawTabular(painter, room, Qt::AlignRight, countText());
    if (showsFocusRing(this))
        paintFocusRing(painter, box, kHeight / 2.0);
}

void FilterChip::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
        click();
    else
        QAbstractButton::keyPressEvent(event);
}

}  // namespace hearth::ui
