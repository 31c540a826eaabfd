// A node on this computer: started, stopped and restarted by the console.
#pragma once
#include <QObject>
#include <QStringList>
#include <QTimer>

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
    Session& m_session;
    QString m_program;
    State m_state = State::Stopped;
    QString m_failure;
    QStringList m_logTail;
};

}  // namespace hearth::ui
