#include "ui/theme/corner_mask.h"

#include <QEvent>
#include <QPainterPath>
#include <QWidget>

#include "ui/theme/tokens.h"

namespace hearth::ui {

CornerMask::CornerMask(QWidget* popup) : QObject(popup) {
    popup->installEventFilter(this);
}

bool CornerMask::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::Resize) {
        auto* popup = static_cast<QWidget*>(watched);
        QPainterPath path;
        // Half a pixel wider than the painted edge, so that the mask never cuts into it.
        path.addRoundedRect(QRectF(popup->rect()).adjusted(-0.5, -0.5, 0.5, 0.5), metrics::kRadius,
                            metrics::kRadius);
        popup->setMask(QRegion(path.toFillPolygon().toPolygon()));
    }
    return QObject::eventFilter(watched, event);
}

}  // namespace hearth::ui
