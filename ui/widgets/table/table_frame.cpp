#include "ui/widgets/table/table_frame.h"

#include <QEvent>
#include <QPainter>
#include <QPainterPath>

#include "ui/theme/theme.h"

namespace hearth::ui {

TableFrame::TableFrame(QWidget* covered) : QWidget(covered) {
    setAttribute(Qt::WA_TransparentForMouseEvents);
    covered->installEventFilter(this);
    resize(covered->size());
}

bool TableFrame::eventFilter(QObject* watched, QEvent* event) {
    const bool stirred = event->type() == QEvent::Resize || event->type() == QEvent::ChildAdded ||
                         event->type() == QEvent::LayoutRequest || event->type() == QEvent::Show;
    if (stirred) {
        resize(parentWidget()->size());
        raise();
    }
    return QWidget::eventFilter(watched, event);
}

void TableFrame::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    QPainterPath corners;
    corners.addRect(rect());
    QPainterPath inside;
    inside.addRoundedRect(QRectF(rect()), metrics::kRadius, metrics::kRadius);
    painter.fillPath(corners.subtracted(inside), colors().background);
    painter.setPen(colors().border);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), metrics::kRadius,
                            metrics::kRadius);
}

}  // namespace hearth::ui
