#include "ui/shell/palette_button.h"

#include <QHBoxLayout>
#include <QPainter>

#include "ui/theme/icons.h"
#include "ui/theme/paint.h"
#include "ui/theme/theme.h"
#include "ui/widgets/key_hint.h"

namespace hearth::ui {
namespace {

constexpr int kWidth = 340;
constexpr int kIcon = 16;
constexpr int kPad = 10;

}  // namespace

PaletteButton::PaletteButton(QWidget* parent) : QAbstractButton(parent) {
    setFocusPolicy(Qt::TabFocus);
    setCursor(Qt::PointingHandCursor);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    setMaximumWidth(kWidth);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 6, 0);
    row->addStretch(1);
    auto* keys = new KeyHint(QKeySequence("Ctrl+K"));
    keys->setAttribute(Qt::WA_TransparentForMouseEvents);
    row->addWidget(keys);
}

QSize PaletteButton::sizeHint() const {
    return {kWidth, metrics::kControlHeight};
}

void PaletteButton::paintEvent(QPaintEvent*) {
    const Colors& c = colors();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    paintBox(painter, rect(), underMouse() ? c.raised : c.background, c.border);
    if (showsFocusRing(this))
        paintFocusRing(painter, rect());
    paintIcon(painter, QRectF(kPad, (height() - kIcon) / 2.0, kIcon, kIcon), "search", c.muted);
    painter.setFont(fontFor(TextRole::Body));
    painter.setPen(c.muted);
    painter.drawText(QRect(kPad + kIcon + 8, 0, width() - 120, height()),
                     Qt::AlignLeft | Qt::AlignVCenter, text());
}

}  // namespace hearth::ui
