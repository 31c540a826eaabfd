// The mouse and keys of a plot.
#include <QAccessible>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QWheelEvent>
#include <cmath>

#include "ui/widgets/chart/plot.h"

namespace hearth::ui {
namespace {

constexpr double kShortestBrush = 6;  // pixels; less is a click
constexpr double kKeyPan = 0.1;       // of the visible width
constexpr double kKeyZoom = 1.5;
constexpr double kWheelZoom = 1.2;  // a notch

}  // namespace

double Plot::valueAt(double pixel) const {
    return frame().x.value(pixel);
}

void Plot::hover(double pixel) {
    const bool inside = pixel >= area().left() - 4 && pixel <= area().right() + 4;
    m_x->setCursor(inside ? m_data->nearestX(valueAt(pixel)) : std::nullopt);
}

void Plot::mousePressEvent(QMouseEvent* event) {
    const bool left = event->button() == Qt::LeftButton;
    const bool shifted = event->modifiers() & Qt::ShiftModifier;
    if (event->button() == Qt::MiddleButton || (left && shifted))
        m_drag = Drag::Pan;
    else if (left)
        m_drag = Drag::Brush;
    else
        return;
    m_dragFrom = m_dragNow = event->position().x();
    if (m_drag == Drag::Pan)
        setCursor(Qt::ClosedHandCursor);
}

void Plot::mouseMoveEvent(QMouseEvent* event) {
    const double pixel = event->position().x();
    if (m_drag == Drag::Pan) {
        m_x->pan((m_dragNow - pixel) / area().width());
        m_dragNow = pixel;
        return;
    }
    m_dragNow = pixel;
    hover(pixel);
    update();
}

void Plot::mouseReleaseEvent(QMouseEvent* event) {
    endDrag(event->position().x());
}

void Plot::endDrag(double pixel) {
    const Drag drag = std::exchange(m_drag, Drag::None);
    setCursor(Qt::CrossCursor);
    update();
    if (drag != Drag::Brush || std::abs(pixel - m_dragFrom) < kShortestBrush)
        return;
    const auto [from, to] = std::minmax({valueAt(m_dragFrom), valueAt(pixel)});
    const Range now = visibleX();
    m_x->show({.low = std::max(from, now.low), .high = std::min(to, now.high)});
}

void Plot::mouseDoubleClickEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton)
        return;
    m_drag = Drag::None;
    m_x->showAll();
}

void Plot::wheelEvent(QWheelEvent* event) {
    if (!hasFocus() && !(event->modifiers() & Qt::ControlModifier)) {
        event->ignore();
        return;
    }
    const QPoint turned = event->angleDelta();
    if (std::abs(turned.x()) > std::abs(turned.y()))
        m_x->pan(-turned.x() / 1200.0);
    else
        m_x->zoom(std::pow(kWheelZoom, turned.y() / 120.0), valueAt(event->position().x()));
    event->accept();
}

void Plot::leaveEvent(QEvent* event) {
    m_x->setCursor(std::nullopt);
    QWidget::leaveEvent(event);
}

void Plot::keyPressEvent(QKeyEvent* event) {
    if (!moveByKey(*event))
        QWidget::keyPressEvent(event);
}

bool Plot::moveByKey(const QKeyEvent& event) {
    const Range now = visibleX();
    const double anchor = m_x->cursor().value_or((now.low + now.high) / 2);
    const bool alt = event.modifiers() & Qt::AltModifier;
    switch (event.key()) {
        case Qt::Key_Left:
            alt ? stepCursor(-1) : m_x->pan(-kKeyPan);
            return true;
        case Qt::Key_Right:
            alt ? stepCursor(1) : m_x->pan(kKeyPan);
            return true;
        case Qt::Key_BracketLeft:
            stepCursor(-1);
            return true;
        case Qt::Key_BracketRight:
            stepCursor(1);
            return true;
        case Qt::Key_Plus:
        case Qt::Key_Equal:
            m_x->zoom(kKeyZoom, anchor);
            return true;
        case Qt::Key_Minus:
            m_x->zoom(1 / kKeyZoom, anchor);
            return true;
        case Qt::Key_0:
        case Qt::Key_Home:
            m_x->showAll();
            return true;
        case Qt::Key_Escape:
            if (m_drag == Drag::None && !m_x->cursor())
                return false;  // someone else's: a drawer closes
            m_drag = Drag::None;
            m_x->setCursor(std::nullopt);
            update();
            return true;
        default:
            return false;
    }
}

void Plot::stepCursor(int direction) {
    const Range now = visibleX();
    const auto next = m_x->cursor() ? m_data->neighbourX(*m_x->cursor(), direction)
                                    : m_data->nearestX(direction > 0 ? now.low : now.high);
    if (!next)
        return;
    m_x->setCursor(next);
    if (!now.contains(*next))
        m_x->pan((*next - (now.low + now.high) / 2) / now.width());
    tellCursor();
}

/// For screen readers: what the read-out shows.
void Plot::tellCursor() {
    QStringList parts{readout().heading};
    for (const ReadoutRow& row : readout().rows)
        parts.append(row.name + ' ' + row.value);
    setAccessibleDescription(parts.join(", "));
    QAccessibleEvent event(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&event);
}

}  // namespace hearth::ui
