#include "app/api/http/response_writer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>
#include <exception>

#include "app/api/http/tls_connection.h"
#include "core/log.h"

namespace hearth::app {
namespace {

constexpr std::size_t kSliceBytes = 65536;

const char* reasonPhrase(int status) {
    switch (status) {
        case 200:
            return "OK";
        case 201:
            return "Created";
        case 202:
            return "Accepted";
        case 204:
            return "No Content";
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 408:
            return "Request Timeout";
        case 409:
            return "Conflict";
        case 411:
            return "Length Required";
        case 413:
            return "Content Too Large";
        case 414:
            return "URI Too Long";
        case 417:
            return "Expectation Failed";
        case 429:
            return "Too Many Requests";
        case 431:
            return "Request Header Fields Too Large";
        case 500:
            return "Internal Server Error";
        case 501:
            return "Not Implemented";
        case 503:
            return "Service Unavailable";
        case 504:
            return "Gateway Timeout";
        case 505:
            return "HTTP Version Not Supported";
        case 507:
            return "Insufficient Storage";
        default:
            return "Status";
    }
}

std::string httpDate() {
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    ::gmtime_r(&now, &parts);
    std::array<char, 40> text;
    const std::size_t size =
        std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    return {text.data(), size};
}

// A value that came from a user (a file name) must not begin a header of its own.
std::string headerSafe(std::string_view value) {
    std::string safe(value);
    std::replace_if(
        safe.begin(), safe.end(),
        [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
    return safe;
}

bool hasNoContent(int status) {
    return status == 204 || status == 304;
}

std::string responseHead(const Response& response, const ResponseOptions& options) {
    std::string head = "HTTP/1.1 " + std::to_string(response.status) + " " +
                       reasonPhrase(response.status) + "\r\n";
    const auto add = [&head](std::string_view name, std::string_view value) {
        head.append(name).append(": ").append(headerSafe(value)).append("\r\n");
    };
    for (const auto& [name, value] : response.headers.fields())
        add(name, value);
    if (response.producer)
        add("transfer-encoding", "chunked");
    else if (!hasNoContent(response.status))
        add("content-length", std::to_string(response.body.size()));
    add("date", httpDate());
    add("x-request-id", options.requestId);
    add("x-content-type-options", "nosniff");
    if (!response.headers.find("cache-control"))
        add("cache-control", "no-store");
    if (options.keepAlive)
        add("keep-alive",
            "timeout=" +
                std::to_string(
                    std::chrono::floor<std::chrono::seconds>(options.idleDeadline).count()));
    add("connection", options.keepAlive ? "keep-alive" : "close");
    return head + "\r\n";
}

/// Sends in slices, each with a deadline of its own, so that a long answer needs a slow but
/// steady reader and not a fast one.
bool send(TlsConnection& connection, std::string_view data, std::chrono::milliseconds deadline) {
    while (!data.empty()) {
        const std::string_view slice = data.substr(0, kSliceBytes);
        if (connection.write(slice, std::chrono::steady_clock::now() + deadline) != IoStatus::Ok)
            return false;
        data.remove_prefix(slice.size());
    }
    return true;
}

class ChunkedStream : public ResponseStream {
public:
    ChunkedStream(TlsConnection& connection, std::chrono::milliseconds deadline)
        : m_connection(connection), m_deadline(deadline) {}

    bool write(std::string_view data) override {
        if (data.empty())
            return connected();  // an empty chunk would end the stream
        std::array<char, 16> size;
        const auto end = std::to_chars(size.data(), size.data() + size.size(), data.size(), 16).ptr;
        std::string chunk(size.data(), end);
        chunk.append("\r\n").append(data).append("\r\n");
        m_open = m_open && send(m_connection, chunk, m_deadline);
        return m_open;
    }

    bool connected() override {
        m_open = m_open && m_connection.peerConnected();
        return m_open;
    }

    bool finish() { return m_open && send(m_connection, "0\r\n\r\n", m_deadline); }

private:
    TlsConnection& m_connection;
    std::chrono::milliseconds m_deadline;
    bool m_open = true;
};

bool runProducer(TlsConnection& connection, const Response& response,
                 const ResponseOptions& options) {
    ChunkedStream stream(connection, options.writeDeadline);
    try {
        response.producer(stream);
        return stream.finish();
    } catch (const std::exception& exception) {
        core::logError("stream broke off",
                       {{"request_id", options.requestId}, {"error", exception.what()}});
    } catch (...) {
        core::logError("stream broke off", {{"request_id", options.requestId}});
    }
    return false;
}

}  // namespace

bool writeResponse(TlsConnection& connection, const Response& response,
                   const ResponseOptions& options) {
    std::string head = responseHead(response, options);
    const bool withBody = !options.headOnly && !hasNoContent(response.status);
    // Head and a short body in one record.
    if (withBody && !response.producer && response.body.size() <= kSliceBytes)
        return send(connection, head + response.body, options.writeDeadline);
    if (!send(connection, head, options.writeDeadline))
        return false;
    if (!withBody)
        return true;
    return response.producer ? runProducer(connection, response, options)
                             : send(connection, response.body, options.writeDeadline);
}

}  // namespace hearth::app
