#include "tests/ui/flows/stage.h"

#include <QFile>
#include <QSettings>
#include <QtTest>

#include "tests/ui/flows/pictures.h"
#include "ui/models/session.h"
#include "ui/shell/stall_watch.h"
#include "ui/widgets/toasts.h"

namespace hearth::ui {
namespace {

constexpr QSize kWindow{1280, 800};
constexpr const char* kModel = "hearth-demo";
// Enough steps for curves, checkpoints and an adapter that knows the handbook, in half a minute.
constexpr const char* kShortRun =
    R"({"hearth": {"learning_rate": 0.005, "batch_tokens": 1024, "max_seq_len": 256,
                   "epochs": 5, "lora": {"r": 16, "alpha": 32}}})";

ConsoleApplication& application() {
    return *static_cast<ConsoleApplication*>(QCoreApplication::instance());
}

/// A console that stalls does so again. One stall alone may be the machine's: the time that a
/// hypervisor takes from a virtual processor shows in no count of this thread.
void failOnStalls() {
    application().watchStalls([](const Stall& stall) {
        static const testing::TestInfo* test = nullptr;
        static int stalls = 0;
        if (const auto* now = testing::UnitTest::GetInstance()->current_test_info(); now != test) {
            test = now;
            stalls = 0;
        }
        const std::string text =
            "the event loop was kept for " + std::to_string(stall.milliseconds) + " ms by event " +
            std::to_string(stall.eventType) + " for " + stall.receiver.toStdString();
        if (++stalls > 1)
            ADD_FAILURE() << text;
        else
            qWarning("%s", text.c_str());
    });
}

}  // namespace

RealNode& sharedNode() {
    static RealNode* node = nullptr;
    if (!node) {
        node = new RealNode;
        if (!node->missing().isEmpty())
            qFatal("%s", qPrintable(node->missing()));
        node->start();
        // Not a static destructor: the node must be gone before Qt is.
        qAddPostRoutine([] { delete std::exchange(node, nullptr); });
    }
    return *node;
}

QString haveModel() {
    static const bool made = [] {
        sharedNode().hearth({"model", "add", kModel, sourceFile("app/demo/model")});
        return true;
    }();
    static_cast<void>(made);
    return kModel;
}

QString haveDataSet() {
    static const QString id =
        sharedNode().hearth({"dataset", "add", sourceFile("app/demo/handbook/train.jsonl")});
    return id;
}

QString haveQuestions() {
    static const QString id =
        sharedNode().hearth({"dataset", "add", sourceFile("app/demo/handbook/test_trained.jsonl"),
                             "--purpose", "evals"});
    return id;
}

QString haveTunedModel() {
    static const QString name = [] {
        QFile settings(sharedNode().directory() + "/tmp/short_run.json");
        settings.open(QIODevice::WriteOnly);
        settings.write(kShortRun);
        settings.close();
        sharedNode().hearth({"finetune", "create", "--model", haveModel(), "--training-file",
                             haveDataSet(), "--suffix", "handbook", "--settings",
                             settings.fileName(), "--watch"});
        for (const QString& line : sharedNode().hearth({"model", "list"}).split('\n'))
            if (line.startsWith("ft:"))
                return line.section(' ', 0, 0);
        return QString();
    }();
    return name;
}

QString sourceFile(const QString& path) {
    return QStringLiteral(HEARTH_SOURCE_DIR) + '/' + path;
}

FlowTest::~FlowTest() {
    application().watchStalls({});
    const QString folder = qEnvironmentVariable("HEARTH_IMAGES");
    if (!HasFailure() || !m_console || folder.isEmpty())
        return;
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    window().grab().save(
        QStringLiteral("%1/failed-%2-%3.png").arg(folder, test->test_suite_name(), test->name()));
}

void FlowTest::open(const ConsoleOptions& options) {
    application().watchStalls({});
    m_console.reset();
    m_console = std::make_unique<Console>(options);
    window().resize(kWindow);
    m_console->start();
    EXPECT_TRUE(QTest::qWaitForWindowExposed(&window()));
    window().activateWindow();
    // The first paint has a budget of its own.
    failOnStalls();
}

void FlowTest::openConsole() {
    open({.settingsFile = m_home.filePath("console.ini"), .useKeychain = false});
}

void FlowTest::openSignedIn() {
    open({.settingsFile = m_home.filePath("console.ini"),
          .useKeychain = false,
          .dataDirectory = sharedNode().directory(),
          .nodeProgram = RealNode::program("hearthd")});
    ASSERT_TRUE(waitUntil([this] { return context().session.state() == SessionState::Ready; }))
        << context().session.trouble().toStdString();
}

void FlowTest::picture(const QString& name) {
    application().watchStalls({});
    for (QWidget* toast : context().toasts.visibleToasts())
        toast->close();  // they keep the language that they came in
    takePictures(window(), name);
    failOnStalls();
}

Page* FlowTest::goTo(const QString& pageId) {
    window().openPage(pageId);
    EXPECT_EQ(window().currentPage(), pageId);
    return window().page(pageId);
}

}  // namespace hearth::ui
