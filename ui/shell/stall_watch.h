// Notices when the event loop was kept busy or blocked for longer than a person may feel.
#pragma once
#include <QApplication>
#include <QByteArray>
#include <functional>

namespace hearth::ui {

struct Stall {
    double milliseconds = 0;  // without the time in which the machine ran something else
    QByteArray receiver;      // class of the object that handled the event
    int eventType = 0;        // QEvent::Type
};

/// The console's QApplication. Debug builds and tests watch every event; release builds do not
/// pay for it.
class ConsoleApplication : public QApplication {
    Q_OBJECT
public:
    static constexpr double kLimitMs = 50;

    ConsoleApplication(int& argc, char** argv);
    ~ConsoleApplication() override;

    /// `report` is called after an event that took kLimitMs or longer. Waiting for a processor
    /// that others use is not the console's doing and is left out (Linux's schedstat).
    void watchStalls(std::function<void(const Stall&)> report);

    bool notify(QObject* receiver, QEvent* event) override;

private:
    bool notifyWatched(QObject* receiver, QEvent* event);

    std::function<void(const Stall&)> m_report;
    int m_depth = 0;
    int m_schedstat = -1;  // file descriptor
};

}  // namespace hearth::ui
