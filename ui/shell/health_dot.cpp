#include "ui/shell/health_dot.h"

#include <QPainter>
#include <QPainterPath>

#include "ui/i18n/language.h"
#include "ui/theme/theme.h"

namespace hearth::ui {

HealthDot::HealthDot(QWidget* parent) : QWidget(parent) {
    setFixedSize(12, 12);
    translated(this, [this] { setHealth(m_health); });
}

void HealthDot::setHealth(Health health) {
    m_health = health;
    const QString words = health == Health::Good        ? tr("Node is well")
                          : health == Health::Attention ? tr("Node needs attention")
                                                        : tr("Node is in trouble");
    setToolTip(words);
    setAccessibleName(words);
    update();
}

void HealthDot::paintEvent(QPaintEvent*) {
    const Colors& c = colors();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    const QRectF box = QRectF(rect()).adjusted(1, 1, -1, -1);
    if (m_health == Health::Good) {
        painter.setBrush(c.good);
        painter.drawEllipse(box.adjusted(0.5, 0.5, -0.5, -0.5));
    } else if (m_health == Health::Attention) {
        painter.setBrush(c.attention);
        painter.drawPolygon(
            QPolygonF({QPointF(box.center().x(), box.top()), box.bottomRight(), box.bottomLeft()}));
    } else {
        painter.setBrush(c.bad);
        painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5));
    }
}

}  // namespace hearth::ui
