#include "engine/runtime/text_stream.h"

#include <algorithm>

namespace hearth::engine {

TextStream::TextStream(const Tokenizer& tokenizer, std::vector<std::string> stops)
    : m_detokenizer(tokenizer), m_stops(std::move(stops)) {}

TextPiece TextStream::next(std::chrono::milliseconds timeout) {
    std::unique_lock lock(m_mutex);
    m_arrived.wait_for(lock, timeout, [this] { return !m_pending.empty(); });
    return std::exchange(m_pending, {});
}

std::vector<SampledToken> TextStream::promptTokens() const {
    std::lock_guard lock(m_mutex);
    return m_prompt;
}

void TextStream::promptToken(const SampledToken& token) {
    std::lock_guard lock(m_mutex);
    m_prompt.push_back(token);
}

bool TextStream::token(const SampledToken& token) {
    const std::string text = m_stops.push(m_detokenizer.push(token.id));
    std::lock_guard lock(m_mutex);
    m_pending.text += text;
    m_pending.tokens.push_back(token);
    m_arrived.notify_one();
    return !m_stops.stopped();
}

void TextStream::stopToken(const SampledToken& token) {
    std::lock_guard lock(m_mutex);
    m_pending.stopToken = token;
}

void TextStream::finished(const GenerationResult& result) {
    std::string rest = m_stops.push(m_detokenizer.flush());
    rest += m_stops.flush();
    std::lock_guard lock(m_mutex);
    m_pending.text += rest;
    m_pending.result = result;
    m_arrived.notify_one();
}

}  // namespace hearth::engine
