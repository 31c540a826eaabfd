#include "app/api/http/sse_writer.h"

#include "app/api/error_response.h"

namespace hearth::app {

using Clock = std::chrono::steady_clock;

SseWriter::SseWriter(ResponseStream& stream, std::chrono::milliseconds silence)
    : m_stream(stream), m_silence(silence), m_lastSent(Clock::now()) {}

bool SseWriter::data(std::string_view json) {
    return send("data: " + std::string(json) + "\n\n");
}

bool SseWriter::event(std::string_view name, std::string_view json) {
    return send("event: " + std::string(name) + "\ndata: " + std::string(json) + "\n\n");
}

bool SseWriter::idle() {
    if (Clock::now() - m_lastSent < m_silence)
        return m_stream.connected();
    return send(": keep-alive\n\n");
}

bool SseWriter::error(const core::Error& error) {
    return data(apiError(error).toJson());
}

bool SseWriter::done() {
    return send("data: [DONE]\n\n");
}

bool SseWriter::send(std::string_view text) {
    m_lastSent = Clock::now();
    return m_stream.write(text);
}

}  // namespace hearth::app
