#include "tests/ui/support/real_node.h"

#include <signal.h>

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QTcpServer>
#include <QThread>

namespace hearth::ui {
namespace {

constexpr int kPatienceMs = 30'000;
constexpr int kRunPatienceMs = 300'000;  // a fine-tuning run on a busy machine
constexpr int kPollMs = 100;

int freePort() {
    QTcpServer server;
    server.listen(QHostAddress::LocalHost);
    return server.serverPort();
}

/// Whose command line names this directory.
QList<int> processesOf(const QString& directory) {
    QList<int> found;
    for (const QString& entry : QDir("/proc").entryList(QDir::Dirs)) {
        QFile file("/proc/" + entry + "/cmdline");
        if (entry.toInt() > 0 && file.open(QIODevice::ReadOnly) &&
            file.readAll().split('\0').contains(directory.toUtf8()))
            found.append(entry.toInt());
    }
    return found;
}

}  // namespace

QString RealNode::program(const QString& name) {
    return QDir(QCoreApplication::applicationDirPath()).filePath(name);
}

RealNode::RealNode() : m_port(freePort()) {
    for (const char* name : {"hearth", "hearthd", "hearth-worker"})
        if (!QFileInfo(program(name)).isExecutable()) {
            m_missing = QString("%1 is not built beside the tests").arg(name);
            return;
        }
    QFile password(m_home.filePath("password"));
    if (!password.open(QIODevice::WriteOnly) || password.write(kPassword) < 0)
        m_missing = "no temporary folder";
    password.close();
    QProcess init;
    init.start(program("hearth"), {"node", "init", directory(), "--port", QString::number(m_port),
                                   "--admin", kUser, "--password-file", password.fileName()});
    if (!init.waitForFinished(kPatienceMs) || init.exitCode() != 0)
        m_missing = "hearth node init failed: " + QString::fromUtf8(init.readAllStandardError());
}

RealNode::~RealNode() {
    kill();
}

void RealNode::start() {
    m_process.setStandardOutputFile(directory() + "/logs/console.log", QIODevice::Append);
    m_process.setStandardErrorFile(directory() + "/logs/console.log", QIODevice::Append);
    m_process.start(program("hearthd"), {"--data", directory()});
    for (int waited = 0; waited < kPatienceMs; waited += kPollMs) {
        QProcess status;
        status.start(program("hearth"), {"--data", directory(), "node", "status"});
        // It answers before its models are loaded.
        if (status.waitForFinished(kPatienceMs) && status.readAllStandardOutput().contains("ready"))
            return;
        QThread::msleep(kPollMs);
    }
    qFatal("the node did not start; see %s/logs", qPrintable(directory()));
}

void RealNode::stop() {
    m_process.terminate();
    m_process.waitForFinished(kPatienceMs);
}

void RealNode::kill() {
    for (const int pid : processesOf(directory()))
        ::kill(pid, SIGKILL);
    if (m_process.state() != QProcess::NotRunning)
        m_process.waitForFinished(kPatienceMs);
}

void RealNode::replaceCertificate() {
    const RealNode other;
    for (const char* file : {"ca.pem", "server.pem", "server.key"}) {
        const QString target = directory() + "/tls/" + file;
        QFile::remove(target);
        QFile::copy(other.directory() + "/tls/" + file, target);
    }
}

QString RealNode::hearth(const QStringList& arguments) const {
    QProcess process;
    process.start(program("hearth"), QStringList{"--data", directory()} + arguments);
    process.waitForFinished(kRunPatienceMs);
    return QString::fromUtf8(process.readAllStandardOutput()).trimmed();
}

}  // namespace hearth::ui
