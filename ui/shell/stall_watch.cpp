#include "ui/shell/stall_watch.h"

#include <fcntl.h>
#include <unistd.h>

#include <QEvent>
#include <chrono>
#include <cstdlib>
#include <cstring>

namespace hearth::ui {
namespace {

/// Nanoseconds in which this thread could have run but another one had the processor.
qint64 runDelay(int schedstat) {
    char text[96];
    const ssize_t size = schedstat < 0 ? 0 : pread(schedstat, text, sizeof text - 1, 0);
    if (size <= 0)
        return 0;
    text[size] = '\0';
    const char* second = std::strchr(text, ' ');
    return second ? std::strtoll(second, nullptr, 10) : 0;
}

}  // namespace

ConsoleApplication::ConsoleApplication(int& argc, char** argv) : QApplication(argc, argv) {}

ConsoleApplication::~ConsoleApplication() {
    if (m_schedstat >= 0)
        close(m_schedstat);
}

void ConsoleApplication::watchStalls(std::function<void(const Stall&)> report) {
    m_report = std::move(report);
    if (m_schedstat < 0)
        m_schedstat = open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC);
}

bool ConsoleApplication::notify(QObject* receiver, QEvent* event) {
    return m_report && m_depth == 0 ? notifyWatched(receiver, event)
                                    : QApplication::notify(receiver, event);
}

bool ConsoleApplication::notifyWatched(QObject* receiver, QEvent* event) {
    // Taken before: the receiver may be gone afterwards.
    const char* name = receiver->metaObject()->className();
    const int type = event->type();
    const qint64 delayBefore = runDelay(m_schedstat);
    const auto before = std::chrono::steady_clock::now();
    ++m_depth;
    const bool result = QApplication::notify(receiver, event);
    --m_depth;
    const std::chrono::duration<double, std::milli> wall =
        std::chrono::steady_clock::now() - before;
    if (wall.count() < kLimitMs)
        return result;
    const double own = wall.count() - double(runDelay(m_schedstat) - delayBefore) / 1e6;
    if (own >= kLimitMs)
        m_report({own, name, type});
    return result;
}

}  // namespace hearth::ui
