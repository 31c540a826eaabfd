// What the flows play on: one real node for all of them, and consoles on it.
#pragma once
#include <gtest/gtest.h>

#include <QTemporaryDir>
#include <memory>
#include <optional>

#include "tests/ui/flows/gestures.h"
#include "tests/ui/support/real_node.h"
#include "ui/shell/console.h"
#include "ui/shell/main_window.h"
#include "ui/shell/page.h"

namespace hearth::ui {

/// The node that all flows share, running.
RealNode& sharedNode();

/// Each makes what it names unless the node has it, without the console.
QString haveModel();       // the base model's name
QString haveDataSet();     // the id of the handbook's training file
QString haveQuestions();   // the id of an evaluation file
QString haveTunedModel();  // the name of an adapter, after a short run

QString sourceFile(const QString& path);  // below the repository

/// One console with an empty home. Fails its test when an event kept the loop for too long.
class FlowTest : public testing::Test {
protected:
    ~FlowTest() override;

    /// Opens a console that remembers nothing.
    void openConsole();
    /// Opens one that is signed in to the shared node, as `--data` does.
    void openSignedIn();
    void closeConsole() { m_console.reset(); }

    MainWindow& window() { return m_console->window(); }
    AppContext& context() { return m_console->context(); }
    /// The page in front, which must be this one.
    Page* goTo(const QString& pageId);
    /// See takePictures. What it does in a second nobody would: stalls do not count meanwhile.
    void picture(const QString& name);

private:
    void open(const ConsoleOptions& options);

    QTemporaryDir m_home;
    std::unique_ptr<Console> m_console;
};

}  // namespace hearth::ui
