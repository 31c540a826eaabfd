#include "ui/models/local_node.h"

#include <signal.h>

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QProcess>
#include <QStandardPaths>

#include "ui/models/data_directory.h"
#include "ui/models/session.h"

namespace hearth::ui {
namespace {

constexpr int kLookMs = 200;
constexpr int kProbeMs = 3'000;
constexpr qint64 kStartMs = 15'000;
constexpr qint64 kStopMs = 60'000;
constexpr qint64 kTailBytes = 64 << 10;
constexpr qsizetype kTailLines = 40;

QString findProgram(const QString& given) {
    if (!given.isEmpty())
        return QFileInfo(given).isExecutable() ? given : QString();
    const QString beside = QDir(QCoreApplication::applicationDirPath()).filePath("hearthd");
    return QFileInfo(beside).isExecutable() ? beside : QStandardPaths::findExecutable("hearthd");
}

QStringList lastLines(const QString& path, qint64 from) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    file.seek(std::max(from, file.size() - kTailBytes));
    QStringList lines = QString::fromUtf8(file.read(kTailBytes)).split('\n');
    while (!lines.isEmpty() && lines.constLast().trimmed().isEmpty())
        lines.removeLast();
    return lines.mid(std::max<qsizetype>(0, lines.size() - kTailLines));
}

/// A process that has ended but was not yet collected does not count.
bool isAlive(qint64 pid) {
    if (pid <= 0 || (::kill(static_cast<pid_t>(pid), 0) != 0 && errno != EPERM))
        return false;
    QFile stat(QString("/proc/%1/stat").arg(pid));
    if (!stat.open(QIODevice::ReadOnly))
        return true;
    const QByteArray text = stat.read(4096);
    const char state = text.mid(text.lastIndexOf(')') + 2, 1).append(' ').at(0);
    return state != 'Z' && state != 'X';
}

}  // namespace

LocalNode::LocalNode(Session& session, QString program, QObject* parent)
    : QObject(parent), m_session(session), m_program(std::move(program)), m_api(m_client) {
    m_look.setInterval(kLookMs);
    connect(&m_look, &QTimer::timeout, this, &LocalNode::look);
    connect(&session, &Session::stateChanged, this, &LocalNode::followSession);
    followSession();
}

/// Somebody else may have started or stopped it.
void LocalNode::followSession() {
    const auto& profile = m_session.profile();
    const QString directory = profile ? profile->dataDirectory : QString();
    if (directory != m_directory) {
        m_directory = directory;
        m_look.stop();
        m_startAgain = false;
        m_state = State::Stopped;
        emit changed();
    }
    if (m_state == State::Starting || m_state == State::Stopping || m_directory.isEmpty())
        return;
    const SessionState state = m_session.state();
    if (state == SessionState::Ready || state == SessionState::SignedOut)
        move(State::Running);
    else if (state == SessionState::Unreachable && m_state == State::Running)
        move(State::Stopped);
}

void LocalNode::start() {
    if (m_directory.isEmpty() || m_state == State::Starting || m_state == State::Stopping)
        return;
    m_failure.clear();
    m_logTail.clear();
    const QString program = findProgram(m_program);
    if (program.isEmpty())
        fail(
            tr("The program hearthd is not installed beside the console or on the PATH. Install "
               "it, or start the node yourself."));
    else if (takeDirectory())
        launch(program);
}

void LocalNode::launch(const QString& program) {
    QDir(m_directory).mkpath("logs");
    m_logStart = QFileInfo(logFile()).size();
    QProcess process;
    process.setProgram(program);
    process.setArguments({"--data", m_directory});
    process.setWorkingDirectory("/");
    process.setStandardInputFile(QProcess::nullDevice());
    process.setStandardOutputFile(logFile(), QIODevice::Append);
    process.setStandardErrorFile(logFile(), QIODevice::Append);
    m_since.start();
    if (!process.startDetached(&m_pid)) {  // in a session of its own: it outlives us
        fail(tr("%1 could not be started: %2").arg(program, process.errorString()));
        return;
    }
    move(State::Starting);
    m_look.start();
}

void LocalNode::stop() {
    if (m_directory.isEmpty() || m_state == State::Starting || m_state == State::Stopping ||
        !takeDirectory())
        return;
    m_since.start();
    move(State::Stopping);
    m_api.status(this, [this](const Outcome<NodeStatus>& status) {
        m_pid = status ? status->pid : 0;
        m_api.stopNode(this, [this](const Outcome<Nothing>& outcome) {
            // One that is gone already is what we want.
            if (outcome || outcome.failure().kind == ApiFailure::Kind::Unreachable)
                m_look.start();
            else
                fail(outcome.failure().message);
        });
    });
}

void LocalNode::restart() {
    stop();
    m_startAgain = m_state == State::Stopping;
}

bool LocalNode::takeDirectory() {
    QString error;
    const auto directory = readDataDirectory(m_directory, &error);
    if (!directory) {
        fail(error);
        return false;
    }
    m_client.setNode(directory->url, directory->certificateSha256);
    m_client.setCredential(directory->apiKey);
    return true;
}

void LocalNode::look() {
    if (m_state == State::Starting)
        lookWhileStarting();
    else if (m_state == State::Stopping)
        lookWhileStopping();
    else
        m_look.stop();
}

void LocalNode::lookWhileStarting() {
    if (!isAlive(m_pid)) {
        fail(tr("The node ended right after its start. Its last words are below."));
        return;
    }
    if (std::exchange(m_asking, true))
        return;
    m_api.client().send(
        {.path = "/readyz", .timeoutMs = kProbeMs, .anonymous = true}, this,
        [this](const Outcome<QJsonObject>& ready) {
            m_asking = false;
            if (m_state != State::Starting)
                return;
            if (ready) {
                move(State::Running);
                m_session.retry();
            } else if (ready.failure().kind == ApiFailure::Kind::Busy) {
                m_since.start();  // it lives, and is loading its models
            } else if (m_since.elapsed() > kStartMs) {
                fail(tr("The node has not answered for %1 seconds. Its last words are below.")
                         .arg(kStartMs / 1000));
            }
        });
}

void LocalNode::lookWhileStopping() {
    if (m_since.elapsed() > kStopMs) {
        m_startAgain = false;
        fail(tr("The node has not stopped within %1 seconds: requests or jobs are still ending. "
                "Look at its log.")
                 .arg(kStopMs / 1000));
        return;
    }
    if (m_pid > 0) {
        if (!isAlive(m_pid))
            beGone();
        return;
    }
    if (std::exchange(m_asking, true))
        return;
    m_api.health(this, [this](const Outcome<Nothing>& alive) {
        m_asking = false;
        if (!alive && m_state == State::Stopping)
            beGone();
    });
}

void LocalNode::beGone() {
    move(State::Stopped);
    if (std::exchange(m_startAgain, false))
        start();
    else
        m_session.noteStopped();
}

void LocalNode::fail(const QString& reason) {
    m_look.stop();
    m_asking = false;
    m_failure = reason;
    m_logTail = lastLines(logFile(), m_logStart);
    m_state = State::Failed;
    emit changed();
}

void LocalNode::move(State state) {
    if (m_state == state)
        return;
    m_state = state;
    if (state == State::Running || state == State::Stopped)
        m_look.stop();
    emit changed();
}

QString LocalNode::logFile() const {
    return QDir(m_directory).filePath("logs/console.log");
}

}  // namespace hearth::ui
