#include "ui/models/poll.h"

namespace hearth::ui {
namespace {

// A node that needs a second for an answer is left alone for four.
constexpr qint64 kRest = 4;

}  // namespace

Poll::Poll(int pauseMs, std::function<void()> ask, QObject* parent)
    : QObject(parent), m_pauseMs(pauseMs), m_ask(std::move(ask)) {
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &Poll::ask);
}

void Poll::start() {
    if (m_running)
        return;
    m_running = true;
    ask();
}

void Poll::stop() {
    m_running = false;
    m_hurried = false;
    m_timer.stop();
}

void Poll::hurry() {
    if (!m_running)
        return;
    if (m_waiting)
        m_hurried = true;
    else
        ask();
}

void Poll::ask() {
    if (m_waiting)
        return;
    m_timer.stop();
    m_waiting = true;
    m_hurried = false;
    m_asked.start();
    m_ask();
}

void Poll::answered() {
    m_waiting = false;
    if (!m_running)
        return;
    const qint64 pause = std::max<qint64>(m_pauseMs * m_slowness, kRest * m_asked.elapsed());
    m_timer.start(m_hurried ? 0 : static_cast<int>(std::min<qint64>(pause, 60'000)));
}

void Poll::setSlowness(int factor) {
    m_slowness = factor;
}

}  // namespace hearth::ui
