#include "ui/theme/focus_watch.h"

#include <QAbstractScrollArea>
#include <QFocusEvent>
#include <QPointer>
#include <QWidget>

namespace hearth::ui {
namespace {

/// The one widget that has the focus because it was clicked.
QPointer<const QWidget>& clicked() {
    static QPointer<const QWidget> widget;
    return widget;
}

}  // namespace

FocusWatch::FocusWatch(QObject* parent) : QObject(parent) {
    parent->installEventFilter(this);
}

bool FocusWatch::cameByMouse(const QWidget* widget) {
    return widget && clicked() == widget;
}

bool FocusWatch::eventFilter(QObject* watched, QEvent* event) {
    // From here on the keyboard is in use, and the ring says where.
    if (event->type() == QEvent::KeyPress && clicked() == watched) {
        clicked().clear();
        static_cast<QWidget*>(watched)->update();
    }
    if (event->type() == QEvent::FocusIn && watched->isWidgetType()) {
        const Qt::FocusReason reason = static_cast<QFocusEvent*>(event)->reason();
        if (reason == Qt::MouseFocusReason)
            clicked() = static_cast<QWidget*>(watched);
        else if (reason != Qt::ActiveWindowFocusReason && reason != Qt::PopupFocusReason)
            clicked().clear();
    }
    // A text area repaints its viewport only, and its edge shows the focus too.
    const bool focus = event->type() == QEvent::FocusIn || event->type() == QEvent::FocusOut;
    if (auto* area = focus ? qobject_cast<QAbstractScrollArea*>(watched) : nullptr)
        area->update();
    return false;
}

}  // namespace hearth::ui
