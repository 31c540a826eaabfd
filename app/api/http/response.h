// What a handler answers: a body at once, or a function that streams one.
#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "app/api/http/headers.h"

namespace hearth::app {

/// The client's end of a streamed answer. Status and headers are sent before the
/// producer runs, the end of the stream after it returns.
class ResponseStream {
public:
    virtual ~ResponseStream() = default;

    /// Sends now. False when the client has left, is too slow, or the server had to stop:
    /// the producer then returns.
    [[nodiscard]] virtual bool write(std::string_view data) = 0;

    /// The same answer without sending anything.
    [[nodiscard]] virtual bool connected() = 0;
};

struct Response {
    /// Runs on the connection's thread. An exception cuts the stream off, so that the client
    /// never takes it for complete; report errors through SseWriter::error instead.
    using Producer = std::function<void(ResponseStream&)>;

    int status = 200;
    Headers headers;
    std::string body;
    Producer producer;  // set: the body is streamed and `body` is not used

    static Response json(std::string text, int status = 200);
    static Response text(std::string text, int status = 200);
    static Response noContent();
    /// Server-sent events; see SseWriter.
    static Response events(Producer producer);
    /// A download of unknown length.
    static Response download(std::string contentType, Producer producer);
};

}  // namespace hearth::app
