// Server-sent events over a streamed response.
#pragma once
#include <chrono>
#include <string_view>

#include "app/api/http/response.h"
#include "core/result.h"

namespace hearth::app {

/// Every call returns false when the client has left; the producer then stops its work.
/// A producer that waits for tokens wakes up a few times a second and calls idle().
class SseWriter {
public:
    static constexpr std::chrono::seconds kSilence{15};

    explicit SseWriter(ResponseStream& stream, std::chrono::milliseconds silence = kSilence);

    /// REQUIRES: `json` has no line break.
    [[nodiscard]] bool data(std::string_view json);
    /// With an "event:" line, as /v1/responses has it.
    [[nodiscard]] bool event(std::string_view name, std::string_view json);
    /// Sends a comment once nothing was sent for the time of silence, so that proxies and
    /// clients keep the connection.
    [[nodiscard]] bool idle();
    /// An error in mid-stream, in the API's shape. The stream still ends with done().
    bool error(const core::Error& error);
    /// The end of an OpenAI stream.
    bool done();

private:
    bool send(std::string_view text);

    ResponseStream& m_stream;
    std::chrono::milliseconds m_silence;
    std::chrono::steady_clock::time_point m_lastSent;
};

}  // namespace hearth::app
