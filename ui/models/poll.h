// Asking again and again, politely.
#pragma once
#include <QElapsedTimer>
#include <QObject>
#include <QTimer>
#include <functional>

namespace hearth::ui {

/// Calls `ask` every `pauseMs`, never before the answer to the last one has come, and less often
/// when answers take long.
class Poll : public QObject {
    Q_OBJECT
public:
    Poll(int pauseMs, std::function<void()> ask, QObject* parent);

    /// Asks at once; no effect while it runs.
    void start();
    void stop();
    /// Asks now, or right after the answer that is on its way.
    void hurry();
    /// To be called when the answer has come, whatever it was.
    void answered();
    /// Pauses are so many times as long.
    void setSlowness(int factor);

private:
    void ask();

    int m_pauseMs;
    std::function<void()> m_ask;
    QTimer m_timer;
    QElapsedTimer m_asked;
    int m_slowness = 1;
    bool m_running = false;
    bool m_waiting = false;
    bool m_hurried = false;
};

}  // namespace hearth::ui
