// hearth-console: the administrator's window onto a node.
#include <QCommandLineParser>
#include <cstdio>

#include "ui/shell/console.h"
#include "ui/shell/first_paint.h"
#include "ui/shell/main_window.h"
#include "ui/shell/stall_watch.h"

namespace {

using namespace hearth::ui;

/// Prints how long the first paint took and leaves: for the benchmark.
void reportFirstPaint(Console& console) {
    afterFirstPaint(&console.window(), [] {
        std::printf("%.0f\n", millisecondsSinceProcessStart());
        QCoreApplication::quit();
    });
}

void complainOfStalls(ConsoleApplication& application) {
#ifndef NDEBUG
    application.watchStalls([](const Stall& stall) {
        qWarning("The event loop was busy for %.0f ms: event %d for %s", stall.milliseconds,
                 stall.eventType, stall.receiver.constData());
    });
#else
    static_cast<void>(application);
#endif
}

}  // namespace

int main(int argc, char** argv) {
    ConsoleApplication application(argc, argv);
    QCoreApplication::setOrganizationName("hearth");
    QCoreApplication::setApplicationName("console");
    QCoreApplication::setApplicationVersion(HEARTH_VERSION);
    QGuiApplication::setDesktopFileName("hearth-console");

    QCommandLineParser parser;
    parser.setApplicationDescription("Hearth's console: administers a node.");
    parser.addHelpOption();
    parser.addVersionOption();
    const QCommandLineOption data("data", "Data directory of a node on this computer to open.",
                                  "directory");
    const QCommandLineOption paint("report-first-paint",
                                   "Print the milliseconds to the first paint, and leave.");
    parser.addOptions({data, paint});
    parser.process(application);

    complainOfStalls(application);
    Console console({.dataDirectory = parser.value(data)});
    if (parser.isSet(paint))
        reportFirstPaint(console);
    console.start();
    return QApplication::exec();
}
