#pragma once
#include <QTimer>
#include <QWidget>

namespace hearth::ui {

/// Turns while something is awaited; shows itself only after 400 ms, so that quick answers do
/// not flicker. Keeps its place while hidden.
class Spinner : public QWidget {
    Q_OBJECT
public:
    static constexpr int kPatienceMs = 400;

    explicit Spinner(int size = 16, QWidget* parent = nullptr);

    void start();
    void stop();
    bool isRunning() const { return m_running; }
    /// Running for longer than the patience.
    bool isTurning() const { return m_turning; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QTimer m_patience;
    QTimer m_clock;
    int m_angle = 0;
    bool m_running = false;
    bool m_turning = false;
};

}  // namespace hearth::ui
