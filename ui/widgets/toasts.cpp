#include "ui/widgets/toasts.h"

#include <QAccessible>
#include <QEvent>

#include "ui/theme/paint.h"
#include "ui/widgets/drawer.h"
#include "ui/widgets/toast.h"

namespace hearth::ui {

namespace {

constexpr int kMostShown = 4;

}  // namespace

Toasts::Toasts(QWidget* host) : QObject(host), m_host(host) {
    host->installEventFilter(this);
}

Toasts::~Toasts() {
    const auto shown = std::exchange(m_shown, {});
    for (const auto& toast : shown)
        delete toast;
}

void Toasts::show(Tone tone, const QString& text, ToastAction action) {
    m_history.prepend({.id = ++m_lastId,
                       .tone = tone,
                       .text = text,
                       .when = QDateTime::currentDateTime(),
                       .read = false});
    if (m_history.size() > kHistory)
        m_history.removeLast();
    auto* toast = new Toast(tone, text, std::move(action), m_host);
    connect(toast, &QObject::destroyed, this, [this] { stack(); });
    m_shown.append(toast);
    if (visibleToasts().size() > kMostShown)
        delete m_shown.takeFirst();
    stack();
    toast->show();
    QAccessibleEvent alert(toast, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
    emit historyChanged();
}

int Toasts::unread() const {
    return int(std::count_if(m_history.begin(), m_history.end(),
                             [](const ToastRecord& record) { return !record.read; }));
}

void Toasts::markAllRead() {
    for (ToastRecord& record : m_history)
        record.read = true;
    emit historyChanged();
}

void Toasts::clearHistory() {
    m_history.clear();
    emit historyChanged();
}

QList<QWidget*> Toasts::visibleToasts() const {
    QList<QWidget*> widgets;
    for (const auto& toast : m_shown)
        if (toast)
            widgets.append(toast);
    return widgets;
}

bool Toasts::eventFilter(QObject* watched, QEvent* event) {
    if (watched == m_host && (event->type() == QEvent::Resize || event->type() == drawerMoved()))
        stack();
    return QObject::eventFilter(watched, event);
}

int Toasts::rightEdge() const {
    for (const Drawer* drawer : m_host->findChildren<Drawer*>())
        if (drawer->isOpen() && drawer->isVisible() && m_host->width() > 2 * metrics::kDrawerWidth)
            return m_host->width() - metrics::kDrawerWidth;
    return m_host->width();
}

void Toasts::stack() {
    m_shown.removeIf([](const QPointer<QWidget>& toast) { return toast.isNull(); });
    const int right = rightEdge();
    int bottom = m_host->height();
    for (auto toast = m_shown.crbegin(); toast != m_shown.crend(); ++toast) {
        const QSize size = (*toast)->sizeHint();
        (*toast)->setGeometry(right - size.width(), bottom - size.height(), size.width(),
                              size.height());
        (*toast)->raise();
        // Each has room for its shadow around it; neighbours share some.
        bottom -= size.height() - kShadowMargin - 4;
    }
}

}  // namespace hearth::ui
