#include "app/api/http/message_parser.h"

#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>

#include "app/api/http/target.h"

namespace hearth::app {

namespace beast = boost::beast;
namespace http = boost::beast::http;

struct MessageParser::Impl {
    http::request_parser<http::buffer_body> parser;
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
    auto& body = parser.get().body();
    body.data = output.data();
    body.size = output.size();
    body.more = true;

    beast::error_code error;
    BodyStep step;
    step.consumed = parser.put(boost::asio::const_buffer(input.data(), input.size()), error);
    step.produced = output.size() - body.size;
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
