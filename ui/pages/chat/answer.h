// One answer of one model, as it arrives.
#pragma once
#include <QElapsedTimer>
#include <QJsonObject>
#include <QPointer>
#include <QTimer>

#include "ui/api_client/node_api.h"

namespace hearth::ui {

/// How a request is sent: NodeApi::chat, or a test's own.
using ChatSource = std::function<QPointer<ApiCall>(const QJsonObject& request, QObject* context,
                                                   std::function<void(const ChatDelta&)> delta,
                                                   Then<Nothing> end)>;

/// Collects the pieces of a stream and tells of them once a frame, so that a fast model cannot
/// flood the screen. Deleting it abandons the request.
class Answer : public QObject {
    Q_OBJECT
public:
    enum class State {
        Waiting,      // sent, nothing has come yet
        Streaming,    // the first piece is there
        Done,         // complete; finishReason says how
        Stopped,      // by the user; the text so far is kept
        Interrupted,  // the stream broke off; the text so far is kept
        Failed,       // refused, or lost before the first piece
    };

    static constexpr int kFrameMs = 33;
    static constexpr int kSlowMs = 5000;

    explicit Answer(QJsonObject request, QObject* parent = nullptr);
    ~Answer() override;

    void ask(const ChatSource& source);
    /// Slow after so long, counted anew; tests have less time than people.
    void setPatience(int milliseconds) { m_patience.start(milliseconds); }
    void stop();
    /// The node is another process than the one that was answering.
    void interrupt();

    State state() const { return m_state; }
    bool isRunning() const { return m_state == State::Waiting || m_state == State::Streaming; }
    /// Waiting for longer than 5 s.
    bool isSlow() const { return m_slow; }
    QString model() const { return m_request["model"].toString(); }
    const QJsonObject& request() const { return m_request; }
    const QString& text() const { return m_text; }
    /// In Interrupted and Failed.
    const ApiFailure& failure() const { return m_failure; }

    /// The model's context had no room for the prompt, or for all of the answer.
    bool isContextFull() const;
    /// Complete, but cut at the limit of max_tokens.
    bool isCutAtLimit() const;
    std::optional<qint64> promptTokens() const { return m_promptTokens; }
    std::optional<qint64> completionTokens() const { return m_completionTokens; }
    std::optional<double> firstTokenSeconds() const;
    /// Over the time from the first piece to the last.
    std::optional<double> tokensPerSecond() const;

signals:
    void grew(const QString& piece);
    void changed();

private:
    void take(const ChatDelta& delta);
    void end(const Outcome<Nothing>& outcome);
    void flush();
    void become(State state);

    QJsonObject m_request;
    QPointer<ApiCall> m_call;
    State m_state = State::Waiting;
    QString m_text;
    QString m_pending;  // not told of yet
    QString m_finishReason;
    ApiFailure m_failure;
    std::optional<qint64> m_promptTokens, m_completionTokens;
    QElapsedTimer m_clock;
    qint64 m_firstMs = -1;
    qint64 m_lastMs = -1;
    qint64 m_pieces = 0;
    bool m_slow = false;
    QTimer m_frame;
    QTimer m_patience;
};

}  // namespace hearth::ui
