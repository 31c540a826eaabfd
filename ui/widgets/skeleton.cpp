#include "ui/widgets/skeleton.h"

#include <QPainter>
#include <cmath>

#include "ui/i18n/language.h"
#include "ui/theme/motion.h"
#include "ui/theme/paint.h"
#include "ui/theme/theme.h"

namespace hearth::ui {
namespace {

constexpr int kFrameMs = 50;
constexpr int kDelayFrames = 4;
// Widths as shares of the line, uneven as text is.
constexpr double kWidths[] = {0.62, 0.48, 0.71, 0.55, 0.66, 0.43};

}  // namespace

Skeleton::Skeleton(int lines, int lineHeight, QWidget* parent)
    : QWidget(parent), m_lines(lines), m_lineHeight(lineHeight) {
    m_clock.setInterval(kFrameMs);
    connect(&m_clock, &QTimer::timeout, this, [this] {
        ++m_frame;
        if (m_frame == kDelayFrames || (m_frame > kDelayFrames && motionDuration() > 0))
            update();
    });
    translated(this, [this] { setAccessibleName(tr("Loading")); });
}

QSize Skeleton::sizeHint() const {
    return {200, m_lines * m_lineHeight};
}

void Skeleton::showEvent(QShowEvent* event) {
    m_frame = 0;
    m_clock.start();
    QWidget::showEvent(event);
}

void Skeleton::hideEvent(QHideEvent* event) {
    m_clock.stop();
    QWidget::hideEvent(event);
}

void Skeleton::paintEvent(QPaintEvent*) {
    if (m_frame < kDelayFrames)
        return;
    QPainter painter(this);
    const double wave = motionDuration() > 0 ? 0.5 + 0.5 * std::sin(m_frame * 0.2) : 0.5;
    const QColor ink = mix(colors().raised, colors().border, 0.4 + 0.5 * wave);
    constexpr int kBar = 12;
    for (int line = 0; line < m_lines; ++line) {
        const int y = line * m_lineHeight + (m_lineHeight - kBar) / 2;
        const double share = kWidths[line % std::size(kWidths)];
        paintBox(painter, QRectF(0, y, (width() - 80) * share, kBar), ink, {}, 4);
        paintBox(painter, QRectF(width() - 64, y, 64, kBar), ink, {}, 4);
    }
}

}  // namespace hearth::ui
