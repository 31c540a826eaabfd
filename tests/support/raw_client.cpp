#include "tests/support/raw_client.h"

#include <Poco/Exception.h>
#include <Poco/Net/Context.h>
#include <Poco/Net/NetSSL.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>

namespace hearth::test {
namespace {

using Poco::Net::Context;

Context::Ptr clientContext(const std::filesystem::path& caFile) {
    Context::Params params;
    params.caLocation = caFile.string();
    params.verificationMode = Context::VERIFY_STRICT;
    return new Context(Context::TLS_CLIENT_USE, params);
}

/// Length of the first chunked body in `text`, joined into `body`; npos while it is not whole.
std::size_t joinChunks(std::string_view text, std::string& body) {
    body.clear();
    std::size_t at = 0;
    while (true) {
        const auto lineEnd = text.find("\r\n", at);
        if (lineEnd == std::string_view::npos)
            return lineEnd;
        const std::size_t size =
            std::stoul(std::string(text.substr(at, lineEnd - at)), nullptr, 16);
        at = lineEnd + 2;
        if (text.size() < at + size + 2)
            return std::string_view::npos;
        body += text.substr(at, size);
        at += size + 2;
        if (size == 0)
            return at;
    }
}

void parseHead(std::string_view head, RawResponse& response) {
    response.status = std::stoi(std::string(head.substr(9, 3)));
    for (std::size_t begin = head.find("\r\n") + 2; begin < head.size();) {
        const auto end = std::min(head.find("\r\n", begin), head.size());
        const auto colon = head.find(": ", begin);
        if (colon < end) {
            std::string name(head.substr(begin, colon - begin));
            std::transform(name.begin(), name.end(), name.begin(), ::tolower);
            response.headers[name] = head.substr(colon + 2, end - colon - 2);
        }
        begin = end + 2;
    }
}

}  // namespace

struct RawClient::Impl {
    Poco::Net::SecureStreamSocket socket;
    std::string buffer;
    bool ended = false;
    bool timedOut = false;
};

std::string RawResponse::header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? std::string() : found->second;
}

RawClient::RawClient(std::uint16_t port, const std::filesystem::path& caFile,
                     std::chrono::milliseconds timeout)
    : m_impl(new Impl{
          .socket = Poco::Net::SecureStreamSocket(Poco::Net::SocketAddress("127.0.0.1", port),
                                                  "localhost", clientContext(caFile)),
          .buffer = {}}) {
    m_impl->socket.setReceiveTimeout(Poco::Timespan(timeout.count() * 1000));
    m_impl->socket.setSendTimeout(Poco::Timespan(timeout.count() * 1000));
    m_impl->socket.setNoDelay(true);
}

RawClient::~RawClient() = default;
RawClient::RawClient(RawClient&&) noexcept = default;

bool RawClient::send(std::string_view bytes) try {
    while (!bytes.empty()) {
        const int sent = m_impl->socket.sendBytes(bytes.data(), static_cast<int>(bytes.size()));
        if (sent <= 0)
            return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
} catch (const Poco::Exception&) {
    return false;
}

bool RawClient::receive() try {
    std::array<char, 16384> piece;
    const int bytes = m_impl->socket.receiveBytes(piece.data(), static_cast<int>(piece.size()));
    m_impl->ended = bytes <= 0;
    if (bytes > 0)
        m_impl->buffer.append(piece.data(), static_cast<std::size_t>(bytes));
    return bytes > 0;
} catch (const Poco::TimeoutException&) {
    m_impl->timedOut = true;
    return false;
} catch (const Poco::Exception&) {
    m_impl->ended = true;
    return false;
}

RawResponse RawClient::readResponse(bool headOnly) {
    RawResponse response;
    std::string& buffer = m_impl->buffer;
    while (buffer.find("\r\n\r\n") == std::string::npos)
        if (!receive())
            return response;
    const std::size_t headEnd = buffer.find("\r\n\r\n") + 4;
    parseHead(std::string_view(buffer).substr(0, headEnd - 4), response);
    buffer.erase(0, headEnd);
    if (headOnly || response.status == 204 || response.status < 200) {
        response.complete = true;
        return response;
    }
    const bool chunked = response.header("transfer-encoding") == "chunked";
    const std::size_t length = chunked ? 0 : std::stoul(response.header("content-length"));
    while (true) {
        const std::size_t end = chunked                   ? joinChunks(buffer, response.body)
                                : buffer.size() >= length ? length
                                                          : std::string::npos;
        if (end != std::string::npos) {
            if (!chunked)
                response.body = buffer.substr(0, end);
            buffer.erase(0, end);
            response.complete = true;
            return response;
        }
        if (!receive())
            return response;
    }
}

std::string RawClient::readUntil(std::string_view text) {
    while (m_impl->buffer.find(text) == std::string::npos && receive()) {
    }
    return m_impl->buffer;
}

bool RawClient::closedByServer() {
    while (m_impl->buffer.empty() && receive()) {
    }
    return m_impl->ended && m_impl->buffer.empty();
}

void RawClient::closeSending() {
    ::shutdown(m_impl->socket.impl()->sockfd(), SHUT_WR);
}

}  // namespace hearth::test
