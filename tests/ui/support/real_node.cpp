#include "tests/ui/support/real_node.h"

#include <signal.h>

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QProcess>
#include <QTcpServer>

namespace hearth::ui {
namespace {

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

RealNode::RealNode() {
    for (const char* name : {"hearth", "hearthd", "hearth-worker"})
        if (!QFileInfo(program(name)).isExecutable()) {
            m_missing = QString("%1 is not built beside the tests").arg(name);
            return;
        }
    const QString passwordFile = m_root.filePath("password");
    QFile file(passwordFile);
    if (!file.open(QIODevice::WriteOnly) || file.write(password().toUtf8()) < 0)
        m_missing = "no temporary folder";
    file.close();
    QProcess init;
    init.start(program("hearth"), {"node", "init", directory(), "--port",
                                   QString::number(freePort()), "--password-file", passwordFile});
    if (!init.waitForFinished() || init.exitCode() != 0)
        m_missing = "hearth node init failed: " + QString::fromUtf8(init.readAllStandardError());
}

RealNode::~RealNode() {
    stop();
}

void RealNode::stop() {
    for (const int pid : processesOf(directory()))
        ::kill(pid, SIGKILL);
}

}  // namespace hearth::ui
