#include "ui/widgets/spinner.h"

#include <QPainter>

#include "ui/i18n/language.h"
#include "ui/theme/motion.h"
#include "ui/theme/theme.h"

namespace hearth::ui {

Spinner::Spinner(int size, QWidget* parent) : QWidget(parent) {
    setFixedSize(size, size);
    m_patience.setSingleShot(true);
    m_patience.setInterval(kPatienceMs);
    connect(&m_patience, &QTimer::timeout, this, [this] {
        m_turning = true;
        m_clock.start(motionDuration() > 0 ? 33 : 500);
        update();
    });
    connect(&m_clock, &QTimer::timeout, this, [this] {
        m_angle = (m_angle + (motionDuration() > 0 ? 12 : 90)) % 360;
        if (isVisible())
            update();
    });
    translated(this, [this] { setAccessibleName(tr("Working")); });
}

void Spinner::start() {
    if (m_running)
        return;
    m_running = true;
    m_patience.start();
}

void Spinner::stop() {
    m_running = false;
    m_turning = false;
    m_patience.stop();
    m_clock.stop();
    update();
}

void Spinner::paintEvent(QPaintEvent*) {
    if (!m_turning)
        return;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF circle = QRectF(rect()).adjusted(1.5, 1.5, -1.5, -1.5);
    painter.setPen(QPen(colors().border, 2));
    painter.drawEllipse(circle);
    painter.setPen(QPen(colors().accent, 2, Qt::SolidLine, Qt::RoundCap));
    painter.drawArc(circle, -m_angle * 16, 100 * 16);
}

}  // namespace hearth::ui
