#include "ui/pages/chat/answer.h"

namespace hearth::ui {

Answer::Answer(QJsonObject request, QObject* parent)
    : QObject(parent), m_request(std::move(request)) {
    m_frame.setSingleShot(true);
    m_frame.setInterval(kFrameMs);
    connect(&m_frame, &QTimer::timeout, this, &Answer::flush);
    m_patience.setSingleShot(true);
    m_patience.setInterval(kSlowMs);
    connect(&m_patience, &QTimer::timeout, this, [this] {
        m_slow = m_state == State::Waiting;
        emit changed();
    });
}

Answer::~Answer() {
    if (m_call)
        m_call->abort();
}

void Answer::ask(const ChatSource& source) {
    m_clock.start();
    m_patience.start();
    m_call = source(
        m_request, this, [this](const ChatDelta& delta) { take(delta); },
        [this](const Outcome<Nothing>& outcome) { end(outcome); });
}

void Answer::stop() {
    if (!isRunning())
        return;
    if (m_call)
        m_call->abort();
    become(State::Stopped);
}

void Answer::interrupt() {
    if (!isRunning())
        return;
    if (m_call)
        m_call->abort();
    m_failure = {.kind = ApiFailure::Kind::Unreachable};
    become(m_text.isEmpty() ? State::Failed : State::Interrupted);
}

void Answer::take(const ChatDelta& delta) {
    if (!isRunning())
        return;
    if (delta.promptTokens)
        m_promptTokens = delta.promptTokens;
    if (delta.completionTokens)
        m_completionTokens = delta.completionTokens;
    if (!delta.finishReason.isEmpty())
        m_finishReason = delta.finishReason;
    if (delta.text.isEmpty())
        return;
    m_lastMs = m_clock.elapsed();
    ++m_pieces;
    m_text += delta.text;
    m_pending += delta.text;
    if (m_state == State::Waiting) {
        m_firstMs = m_lastMs;
        m_slow = false;
        m_patience.stop();
        m_state = State::Streaming;
        emit changed();
    }
    if (!m_frame.isActive())
        m_frame.start();
}

void Answer::end(const Outcome<Nothing>& outcome) {
    if (!isRunning())
        return;
    if (outcome.ok())
        return become(State::Done);
    m_failure = outcome.failure();
    become(m_text.isEmpty() ? State::Failed : State::Interrupted);
}

void Answer::flush() {
    if (!m_pending.isEmpty())
        emit grew(std::exchange(m_pending, {}));
}

void Answer::become(State state) {
    m_frame.stop();
    m_patience.stop();
    m_slow = false;
    flush();
    m_state = state;
    emit changed();
}

bool Answer::isContextFull() const {
    // The node names the messages, and counts them against the context, in words only.
    if (m_state == State::Failed)
        return m_failure.code == "context_length_exceeded" ||
               (m_failure.param == "messages" && m_failure.message.contains("context"));
    return m_state == State::Done && m_finishReason == "length" && m_completionTokens &&
           *m_completionTokens < m_request["max_tokens"].toInteger();
}

bool Answer::isCutAtLimit() const {
    return m_state == State::Done && m_finishReason == "length" && !isContextFull();
}

std::optional<double> Answer::firstTokenSeconds() const {
    if (m_firstMs < 0)
        return std::nullopt;
    return double(m_firstMs) / 1000;
}

std::optional<double> Answer::tokensPerSecond() const {
    const qint64 tokens = m_completionTokens.value_or(m_pieces);
    if (tokens < 2 || m_lastMs <= m_firstMs)
        return std::nullopt;
    // The first token falls at the start of the interval.
    return double(tokens - 1) * 1000 / double(m_lastMs - m_firstMs);
}

}  // namespace hearth::ui
