// The whole console: its services and its window, wired. The program runs one; tests run one in
// their own process.
#pragma once
#include <QString>
#include <memory>

#include "ui/app_context.h"

namespace hearth::ui {

class MainWindow;

struct ConsoleOptions {
    QString settingsFile;  // empty: the user's own
    bool useKeychain = true;
    QString dataDirectory;  // of a node on this computer to open; empty: the remembered node
    QString nodeProgram;    // hearthd; empty: the one beside the console
};

/// Threading: GUI thread only.
class Console {
public:
    explicit Console(const ConsoleOptions& options);
    ~Console();

    MainWindow& window() { return *m_window; }
    AppContext& context();

    /// Shows the window, then connects.
    void start();

private:
    struct Services;
    void openDirectory(const QString& directory);

    std::unique_ptr<MainWindow> m_window;  // emptied before the services that its pages use
    std::unique_ptr<Services> m_services;
};

}  // namespace hearth::ui
