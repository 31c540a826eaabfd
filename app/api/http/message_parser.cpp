#include "app/api/http/message_parser.h"

#include <algorithm>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <functional>

#include "app/api/http/target.h"

namespace hearth::app {

namespace beast = boost::beast;
namespace http = boost::beast::http;

struct MessageParser::Impl {
    Impl() { parser.on_chunk_header(onChunk); }

    http::request_parser<http::buffer_body> parser;
    std::uint64_t chunkLeft = 0;  // of the current chunk; 0: a size line comes next
    std::function<void(std::uint64_t, beast::string_view, beast::error_code&)> onChunk =
        [this](std::uint64_t size, beast::string_view, beast::error_code&) { chunkLeft = size; };
};

namespace {

std::string toString(beast::string_view text) {
    return {text.data(), text.size()};
}

void copyFields(const http::request<http::buffer_body>& message, RequestHead& head) {
    head.method = toString(message.method_string());
    for (const auto& field : message)
        head.headers.add(toString(field.name_string()), toString(field.value()));
}

/// Beast takes any number of leading zeros; a reader that keeps 64 bits of digits would see
/// another size.
bool chunkSizeTooLong(std::string_view input) {
    if (input.starts_with("\r\n"))
        input.remove_prefix(2);
    return std::min(input.find_first_not_of("0123456789abcdefABCDEF"), input.size()) > 16;
}

}  // namespace

MessageParser::MessageParser(const HeadLimits& limits) : m_impl(std::make_unique<Impl>()) {
    m_impl->parser.header_limit(static_cast<std::uint32_t>(limits.maxHeadBytes));
    // Bounded by limitBody() once the route is known.
    m_impl->parser.body_limit(boost::none);
}

MessageParser::~MessageParser() = default;

std::optional<Rejection> MessageParser::parseHead(std::string_view bytes, RequestHead& head) {
    auto& parser = m_impl->parser;
    beast::error_code error;
    const std::size_t consumed =
        parser.put(boost::asio::const_buffer(bytes.data(), bytes.size()), error);
    if ((error && error != http::error::need_buffer) || consumed != bytes.size() ||
        !parser.is_header_done())
        return Rejection{400, "The request's head is malformed."};

    copyFields(parser.get(), head);
    head.chunked = parser.chunked();
    if (const auto length = parser.content_length())
        head.contentLength = *length;
    auto target =
        parseTarget(std::string_view(parser.get().target().data(), parser.get().target().size()));
    if (!target)
        return Rejection{400, target.error().message};
    head.path = std::move(target->path);
    head.segments = std::move(target->segments);
    head.query = std::move(target->query);
    return std::nullopt;
}

MessageParser::BodyStep MessageParser::parseBody(std::string_view input, std::span<char> output) {
    auto& parser = m_impl->parser;
    if (parser.chunked() && m_impl->chunkLeft == 0 && chunkSizeTooLong(input))
        return {.rejection = Rejection{400, "A chunk's size has more than 16 digits."}};
    auto& body = parser.get().body();
    body.data = output.data();
    body.size = output.size();
    body.more = true;

    beast::error_code error;
    BodyStep step;
    step.consumed = parser.put(boost::asio::const_buffer(input.data(), input.size()), error);
    step.produced = output.size() - body.size;
    if (parser.chunked())
        m_impl->chunkLeft -= std::min<std::uint64_t>(step.produced, m_impl->chunkLeft);
    if (error == http::error::body_limit)
        step.rejection = Rejection{413, "The request's body is too large."};
    else if (error && error != http::error::need_more && error != http::error::need_buffer)
        step.rejection = Rejection{400, "The request's body is malformed."};
    return step;
}

void MessageParser::limitBody(std::uint64_t bytes) {
    m_impl->parser.body_limit(bytes);
}

bool MessageParser::bodyDone() const {
    return m_impl->parser.is_done();
}

bool MessageParser::keepAlive() const {
    return m_impl->parser.keep_alive();
}

}  // namespace hearth::app
