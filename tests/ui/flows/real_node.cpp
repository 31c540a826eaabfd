#include "tests/ui/flows/real_node.h"

#include <signal.h>

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTcpServer>
#include <QThread>
#include <QtTest>

namespace hearth::ui {
namespace {

constexpr int kPatienceMs = 30'000;
constexpr int kRunPatienceMs = 300'000;  // a fine-tuning run on a busy machine

int freePort() {
    QTcpServer server;
    server.listen(QHostAddress::LocalHost);
    return server.serverPort();
}

}  // namespace

QString RealNode::program(const QString& name) {
    return QStringLiteral(HEARTH_PROGRAM_DIR) + '/' + name;
}

RealNode::RealNode() : m_port(freePort()) {
    QFile password(m_home.filePath("password"));
    if (!password.open(QIODevice::WriteOnly))
        qFatal("cannot write into %s", qPrintable(m_home.path()));
    password.write(kPassword);
    password.close();
    QProcess init;
    init.start(program("hearth"), {"node", "init", directory(), "--port", QString::number(m_port),
                                   "--admin", kUser, "--password-file", password.fileName()});
    if (!init.waitForFinished(kPatienceMs) || init.exitCode() != 0)
        qFatal("hearth node init: %s", init.readAllStandardError().constData());
}

RealNode::~RealNode() {
    kill();
    // One that the console started is not our child; it must not outlive its data directory.
    hearth({"node", "stop"});
}

QString RealNode::url() const {
    return QStringLiteral("https://127.0.0.1:%1").arg(m_port);
}

void RealNode::start() {
    m_process.setStandardOutputFile(directory() + "/logs/console.log", QIODevice::Append);
    m_process.setStandardErrorFile(directory() + "/logs/console.log", QIODevice::Append);
    m_process.start(program("hearthd"), {"--data", directory()});
    for (int i = 0; i < kPatienceMs / 100; ++i) {
        QProcess status;
        status.start(program("hearth"), {"--data", directory(), "node", "status"});
        if (status.waitForFinished(kPatienceMs) && status.exitCode() == 0)
            return;
        QThread::msleep(100);
    }
    qFatal("the node did not start: %s", m_process.readAllStandardError().constData());
}

void RealNode::stop() {
    m_process.terminate();
    m_process.waitForFinished(kPatienceMs);
}

void RealNode::kill() {
    if (m_process.state() == QProcess::NotRunning)
        return;
    m_process.kill();
    m_process.waitForFinished(kPatienceMs);
}

void RealNode::replaceCertificate() {
    RealNode other;
    for (const char* file : {"ca.pem", "ca.key", "server.pem", "server.key"}) {
        const QString target = directory() + "/tls/" + file;
        const QString source = other.directory() + "/tls/" + file;
        if (!QFile::exists(source))
            continue;
        QFile::remove(target);
        QFile::copy(source, target);
    }
}

QString RealNode::key() const {
    QFile file(directory() + "/secrets/cli.json");
    if (!file.open(QIODevice::ReadOnly))
        return {};
    return QJsonDocument::fromJson(file.readAll()).object().value("api_key").toString();
}

QString RealNode::hearth(const QStringList& arguments) const {
    QProcess process;
    process.start(program("hearth"), QStringList{"--data", directory()} + arguments);
    process.waitForFinished(kRunPatienceMs);
    return QString::fromUtf8(process.readAllStandardOutput()).trimmed();
}

}  // namespace hearth::ui
