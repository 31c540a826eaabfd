// Short notices at the lower right, and the history that the bell shows.
#pragma once
#include <QDateTime>
#include <QList>
#include <QPointer>
#include <QWidget>
#include <functional>

#include "ui/widgets/label.h"

namespace hearth::ui {

struct ToastAction {
    QString text;
    std::function<void()> run;
};

struct ToastRecord {
    qint64 id = 0;
    Tone tone = Tone::Normal;
    QString text;
    QDateTime when;
    bool read = false;
};

/// Notices over `host`. What tells of something bad stays until closed; the rest leaves after
/// six seconds, or later while the pointer is on it. GUI thread only.
class Toasts : public QObject {
    Q_OBJECT
public:
    static constexpr int kHistory = 200;

    /// REQUIRES: `host` outlives it.
    explicit Toasts(QWidget* host);
    ~Toasts() override;

    void show(Tone tone, const QString& text, ToastAction action = {});

    /// Newest first.
    const QList<ToastRecord>& history() const { return m_history; }
    int unread() const;
    void markAllRead();
    void clearHistory();
    /// Those on the screen now, oldest first.
    QList<QWidget*> visibleToasts() const;

signals:
    void historyChanged();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    /// Left of an open drawer, so that its actions stay in reach.
    int rightEdge() const;
    void stack();

    QWidget* m_host;
    QList<QPointer<QWidget>> m_shown;
    QList<ToastRecord> m_history;
    qint64 m_lastId = 0;
};

}  // namespace hearth::ui
