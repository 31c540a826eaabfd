#include "ui/pages/chat/conversation.h"

namespace hearth::ui {

Conversation::Conversation(ChatSource source, QObject* parent)
    : QObject(parent), m_source(std::move(source)) {}

bool Conversation::isRunning() const {
    if (m_turns.isEmpty())
        return false;
    const auto& answers = m_turns.last().answers;
    return std::any_of(answers.begin(), answers.end(),
                       [](const Answer* answer) { return answer->isRunning(); });
}

QVector<ChatMessage> Conversation::history(int column, qsizetype turns) const {
    QVector<ChatMessage> messages;
    for (const Turn& turn : m_turns.first(turns)) {
        const Answer* answer = turn.answers[std::min<qsizetype>(column, turn.answers.size() - 1)];
        // A prompt without an answer would make two user messages in a row, which most chat
        // templates refuse.
        if (answer->text().isEmpty())
            continue;
        messages.append({ChatMessage::Role::User, turn.prompt});
        messages.append({ChatMessage::Role::Assistant, answer->text()});
    }
    return messages;
}

Answer* Conversation::ask(const QString& model, int column, qsizetype turnsBefore,
                          const QString& prompt, const ChatParameters& parameters) {
    QVector<ChatMessage> messages = history(column, turnsBefore);
    messages.append({ChatMessage::Role::User, prompt});
    auto* answer = new Answer(chatRequest(model, parameters, messages), this);
    connect(answer, &Answer::changed, this, &Conversation::changed);
    return answer;
}

void Conversation::send(const QString& prompt, const QStringList& models,
                        const ChatParameters& parameters) {
    const qsizetype before = m_turns.size();
    Turn turn{.prompt = prompt, .answers = {}};
    for (int column = 0; column < models.size(); ++column)
        turn.answers.append(ask(models[column], column, before, prompt, parameters));
    m_turns.append(turn);
    emit turnAdded();
    for (Answer* answer : turn.answers)
        answer->ask(m_source);
    emit changed();
}

void Conversation::retry(int column, const ChatParameters& parameters) {
    Turn& turn = m_turns.last();
    Answer* former = turn.answers[column];
    Answer* answer = ask(former->model(), column, m_turns.size() - 1, turn.prompt, parameters);
    turn.answers[column] = answer;
    emit answerReplaced(column);
    former->deleteLater();
    answer->ask(m_source);
    emit changed();
}

QString Conversation::takeLast() {
    const Turn turn = m_turns.takeLast();
    emit turnTaken();
    qDeleteAll(turn.answers);
    emit changed();
    return turn.prompt;
}

void Conversation::stop() {
    if (!m_turns.isEmpty())
        for (Answer* answer : m_turns.last().answers)
            answer->stop();
}

void Conversation::interrupt() {
    if (!m_turns.isEmpty())
        for (Answer* answer : m_turns.last().answers)
            answer->interrupt();
}

void Conversation::clear() {
    const auto turns = std::exchange(m_turns, {});
    emit cleared();
    for (const Turn& turn : turns)
        qDeleteAll(turn.answers);
    emit changed();
}

}  // namespace hearth::ui
