#include "ui/shell/first_paint.h"

#include <time.h>
#include <unistd.h>

#include <QEvent>
#include <QFile>
#include <QTimer>
#include <QWidget>

namespace hearth::ui {
namespace {

constexpr int kStartTimeField = 22;  // of /proc/self/stat, counted from 1

class PaintWaiter : public QObject {
public:
    PaintWaiter(QWidget* window, std::function<void()> done)
        : QObject(window), m_done(std::move(done)) {
        window->installEventFilter(this);
    }

    bool eventFilter(QObject* watched, QEvent* event) override {
        if (event->type() == QEvent::Paint && m_done) {
            watched->removeEventFilter(this);
            // A posted call comes after the whole window has been flushed to the screen.
            QTimer::singleShot(0, this, std::exchange(m_done, nullptr));
        }
        return false;
    }

private:
    std::function<void()> m_done;
};

}  // namespace

double millisecondsSinceProcessStart() {
    QFile file("/proc/self/stat");
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    // The second field is the program's name in brackets and may contain blanks.
    const QByteArray text = file.readAll();
    const QList<QByteArray> fields = text.mid(text.lastIndexOf(')') + 2).split(' ');
    const double ticks = fields.value(kStartTimeField - 3).toDouble();
    timespec now{};
    clock_gettime(CLOCK_BOOTTIME, &now);
    return double(now.tv_sec) * 1e3 + double(now.tv_nsec) / 1e6 -
           ticks * 1e3 / double(sysconf(_SC_CLK_TCK));
}

void afterFirstPaint(QWidget* window, std::function<void()> done) {
    new PaintWaiter(window, std::move(done));
}

}  // namespace hearth::ui
