#include "ui/widgets/floating.h"

#include <QMouseEvent>
#include <QPainter>

#include "ui/theme/paint.h"
#include "ui/theme/theme.h"

namespace hearth::ui {

FloatingPanel::FloatingPanel(QWidget* parent) : QWidget(parent) {
    setContentsMargins(kShadowMargin, kShadowMargin, kShadowMargin, kShadowMargin);
}

void FloatingPanel::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF surface = contentsRect();
    paintShadow(painter, surface);
    paintBox(painter, surface, colors().surface, colors().border);
}

void FloatingPanel::mousePressEvent(QMouseEvent* event) {
    event->accept();
}

}  // namespace hearth::ui
