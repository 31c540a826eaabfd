// What was said so far: prompts, and to each the answers of one or two models.
#pragma once
#include <QObject>
#include <QVector>

#include "ui/pages/chat/answer.h"
#include "ui/pages/chat/chat_request.h"

namespace hearth::ui {

/// Owns the answers. A second model joins or leaves between prompts; where it was not asked, the
/// first one's answer stands in its history.
class Conversation : public QObject {
    Q_OBJECT
public:
    explicit Conversation(ChatSource source, QObject* parent = nullptr);

    struct Turn {
        QString prompt;
        QVector<Answer*> answers;  // by column
    };

    const QVector<Turn>& turns() const { return m_turns; }
    bool isEmpty() const { return m_turns.isEmpty(); }
    bool isRunning() const;

    /// One answer for each model, all at once. REQUIRES: not running, 1 or 2 models.
    void send(const QString& prompt, const QStringList& models, const ChatParameters& parameters);
    /// Asks again for an answer of the last turn, with the present parameters.
    void retry(int column, const ChatParameters& parameters);
    /// Takes the last turn back, and gives its prompt to be edited.
    QString takeLast();
    void stop();
    /// Running answers break off: the node is another process now.
    void interrupt();
    void clear();

signals:
    void turnAdded();
    /// An answer of the last turn was replaced.
    void answerReplaced(int column);
    void turnTaken();
    void cleared();
    /// An answer began, changed its state or ended.
    void changed();

private:
    Answer* ask(const QString& model, int column, qsizetype turnsBefore, const QString& prompt,
                const ChatParameters& parameters);
    QVector<ChatMessage> history(int column, qsizetype turns) const;

    ChatSource m_source;
    QVector<Turn> m_turns;
};

}  // namespace hearth::ui
