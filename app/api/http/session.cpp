#include "app/api/http/session.h"

#include <utility>
#include <vector>

#include "app/api/error_response.h"
#include "app/api/http/response_writer.h"
#include "core/crypto/random.h"
#include "core/log.h"

namespace hearth::app {
namespace {

using Clock = std::chrono::steady_clock;

// A chunk's size line or its trailers; nobody needs more.
constexpr std::size_t kMaxChunkHeadBytes = 8192;
constexpr std::size_t kBodyPieceBytes = 65536;

std::string newRequestId() {
    return core::randomId("req_");
}

Response rejectionResponse(const Rejection& rejection) {
    const char* code = rejection.status == 408   ? "request_timeout"
                       : rejection.status == 413 ? "request_too_large"
                                                 : "malformed_request";
    Response response =
        errorResponse(rejection.status, core::ApiError{.message = rejection.message,
                                                       .type = "invalid_request_error",
                                                       .param = {},
                                                       .code = code});
    if (rejection.status == 405)
        response.headers.add("allow", "GET, HEAD, POST, PUT, PATCH, DELETE");
    return response;
}

void logAnswer(const RequestHead& head, const Response& response) {
    core::logDebug("request", {{"request_id", head.requestId},
                               {"method", head.method},
                               {"path", head.path},
                               {"status", response.status},
                               {"remote", head.remoteAddress}});
}

}  // namespace

Session::Session(TlsConnection& connection, ConnectionRegistry& registry,
                 const ServerConfig& config, const Dispatcher& dispatcher)
    : m_connection(connection), m_registry(registry), m_config(config), m_dispatcher(dispatcher) {}

void Session::run() {
    if (m_connection.handshake(Clock::now() + m_config.deadlines.handshake) != IoStatus::Ok)
        return;
    while (m_registry.setWaiting(m_connection, true)) {
        const auto headBytes = readHead();
        if (!headBytes)
            break;
        m_registry.setWaiting(m_connection, false);
        if (serveOne(*headBytes) == Next::Close)
            break;
    }
    // A server that stops has no time for what a client still sends.
    const auto linger =
        m_registry.draining() ? std::chrono::milliseconds(0) : m_config.deadlines.linger;
    m_connection.close(Clock::now() + linger);
}

std::optional<std::size_t> Session::readHead() {
    const auto& deadlines = m_config.deadlines;
    HeadScanner scanner(m_config.headLimits);
    bool begun = std::exchange(m_first, false) || !m_buffer.empty();
    Deadline deadline = Clock::now() + (begun ? deadlines.head : deadlines.idle);
    while (true) {
        if (auto rejection = scanner.scan(m_buffer)) {
            reject(*rejection);
            return std::nullopt;
        }
        if (scanner.headBytes())
            return scanner.headBytes();
        const IoStatus status = m_connection.read(m_buffer, deadline);
        if (status == IoStatus::TimedOut && !m_buffer.empty())
            reject({408, "The request's headers took too long to arrive."});
        if (status != IoStatus::Ok)
            return std::nullopt;
        if (!std::exchange(begun, true))
            deadline = Clock::now() + deadlines.head;
    }
}

Session::Next Session::serveOne(std::size_t headBytes) {
    MessageParser parser(m_config.headLimits);
    Request request;
    request.head.requestId = newRequestId();
    request.head.remoteAddress = m_connection.remoteAddress();

    const std::string_view bytes = std::string_view(m_buffer).substr(0, headBytes);
    auto rejection = checkHead(bytes, m_config.headLimits);
    if (!rejection)
        rejection = parser.parseHead(bytes, request.head);
    if (rejection)
        return answer(request.head, rejectionResponse(*rejection), false);
    m_buffer.erase(0, headBytes);

    auto decision = m_dispatcher.admit(request.head);
    if (auto* refusal = std::get_if<Response>(&decision))
        return answer(request.head, *refusal, parser.keepAlive() && !request.head.hasBody());
    return admitted(parser, std::get<Admission>(std::move(decision)), request);
}

Session::Next Session::admitted(MessageParser& parser, Admission admission, Request& request) {
    if (request.head.hasBody()) {
        auto body = readBody(parser, *admission.route->limits, request.head);
        if (std::holds_alternative<std::monostate>(body))
            return Next::Close;
        if (auto* refusal = std::get_if<Response>(&body))
            return answer(request.head, *refusal, false);
        request.body = std::get<Body>(std::move(body));
    }
    request.principal = std::move(admission.principal);
    request.params = std::move(admission.params);
    request.clientConnected = [this] { return m_connection.peerConnected(); };
    return answer(request.head, m_dispatcher.run(*admission.route, request), parser.keepAlive());
}

std::optional<Response> Session::refuseBody(const RouteLimits& limits,
                                            const RequestHead& head) const {
    if (limits.body == BodyKind::None)
        return rejectionResponse({413, "This path takes no request body."});
    if (head.contentLength.value_or(0) > limits.maxBodyBytes)
        return rejectionResponse({413, "The request's body is too large: at most " +
                                           std::to_string(limits.maxBodyBytes) +
                                           " bytes are allowed here."});
    return std::nullopt;
}

std::variant<std::monostate, Body, Response> Session::readBody(MessageParser& parser,
                                                               const RouteLimits& limits,
                                                               const RequestHead& head) {
    if (auto refusal = refuseBody(limits, head))
        return std::move(*refusal);
    const Deadline deadline = Clock::now() + limits.bodyDeadline;
    if (head.headers.find("expect") && m_buffer.empty() &&
        m_connection.write("HTTP/1.1 100 Continue\r\n\r\n", deadline) != IoStatus::Ok)
        return std::monostate{};
    parser.limitBody(limits.maxBodyBytes);

    Body body;
    if (limits.body == BodyKind::File) {
        auto spooled = Body::spooled(m_config.spoolDirectory);
        if (!spooled) {
            core::logError("an upload was refused", spooled.error());
            return errorResponse(spooled.error());
        }
        body = std::move(spooled).value();
    }
    return fillBody(parser, std::move(body), deadline);
}

std::variant<std::monostate, Body, Response> Session::fillBody(MessageParser& parser, Body body,
                                                               Deadline deadline) {
    std::vector<char> piece(kBodyPieceBytes);
    while (!parser.bodyDone()) {
        const auto step = parser.parseBody(m_buffer, piece);
        if (step.rejection)
            return rejectionResponse(*step.rejection);
        m_buffer.erase(0, step.consumed);
        if (auto stored = body.append({piece.data(), step.produced}); !stored) {
            core::logError("an upload was not stored", stored.error());
            return errorResponse(stored.error());
        }
        if (step.consumed > 0 || step.produced > 0 || parser.bodyDone())
            continue;
        if (m_buffer.size() > kMaxChunkHeadBytes)
            return rejectionResponse({400, "The request's body is malformed."});
        const IoStatus status = m_connection.read(m_buffer, deadline);
        if (status == IoStatus::TimedOut)
            return rejectionResponse({408, "The request's body took too long to arrive."});
        if (status == IoStatus::Closed)
            return std::monostate{};
    }
    if (auto finished = body.finish(); !finished)
        return errorResponse(finished.error());
    return body;
}

void Session::reject(const Rejection& rejection) {
    RequestHead head;
    head.requestId = newRequestId();
    head.remoteAddress = m_connection.remoteAddress();
    answer(head, rejectionResponse(rejection), false);
}

Session::Next Session::answer(const RequestHead& head, const Response& response, bool keepAlive) {
    keepAlive = keepAlive && !m_registry.draining();
    logAnswer(head, response);
    const bool sent = writeResponse(m_connection, response,
                                    {.requestId = head.requestId,
                                     .headOnly = head.method == "HEAD",
                                     .keepAlive = keepAlive,
                                     .writeDeadline = m_config.deadlines.write,
                                     .idleDeadline = m_config.deadlines.idle});
    if (!sent)
        m_connection.abort();
    return sent && keepAlive ? Next::KeepOpen : Next::Close;
}

}  // namespace hearth::app
