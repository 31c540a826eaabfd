// A node on this computer: started, stopped and restarted by the console.
#pragma once
#include <QElapsedTimer>
#include <QObject>
#include <QStringList>
#include <QTimer>

#include "ui/api_client/node_api.h"

namespace hearth::ui {

class Session;

class LocalNode : public QObject {
    Q_OBJECT
public:
    enum class State { Stopped, Starting, Running, Stopping, Failed };
    Q_ENUM(State)

    /// `program` is hearthd; empty: the one beside the console, else on the PATH.
    explicit LocalNode(Session& session, QString program = {}, QObject* parent = nullptr);

    State state() const { return m_state; }
    /// Why it failed, for people; with the last lines of its log.
    const QString& failure() const { return m_failure; }
    const QStringList& logTail() const { return m_logTail; }

    /// REQUIRES: the session's profile is local. The node outlives the console.
    void start();
    void stop();
    void restart();

signals:
    void changed();

private:
    void followSession();
    void launch(const QString& program);
    void look();
    void lookWhileStarting();
    void lookWhileStopping();
    void beGone();
    bool takeDirectory();
    void move(State state);
    void fail(const QString& reason);
    QString logFile() const;

    Session& m_session;
    QString m_program;
    State m_state = State::Stopped;
    QString m_failure;
    QStringList m_logTail;
    QString m_directory;
    ApiClient m_client;  // its own: the session may be elsewhere meanwhile
    NodeApi m_api;
    QTimer m_look;
    QElapsedTimer m_since;
    qint64 m_pid = 0;
    qint64 m_logStart = 0;  // what this start wrote begins here
    bool m_asking = false;
    bool m_startAgain = false;
};

}  // namespace hearth::ui
