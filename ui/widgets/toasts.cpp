#include "ui/widgets/toasts.h"

#include <QAccessible>
#include <QEvent>

#include "ui/theme/tokens.h"
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
    if (watched == m_host && event->type() == QEvent::Resize)
        stack();
    return QObject::eventFilter(watched, event);
}

void Toasts::stack() {
    m_shown.removeIf([](const QPointer<QWidget>& toast) { return toast.isNull(); });
    int bottom = m_host->height() - metrics::kGap;
    for (auto toast = m_shown.crbegin(); toast != m_shown.crend(); ++toast) {
        const QSize size = (*toast)->sizeHint();
        (*toast)->setGeometry(m_host->width() - metrics::kGap - size.width(),
                              bottom - size.height(), size.width(), size.height());
        (*toast)->raise();
        bottom -= size.height();
    }
}

}  // namespace hearth::ui
