// The requests of one connection, one after the other.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <variant>

#include "app/api/dispatcher.h"
#include "app/api/http/connection_registry.h"
#include "app/api/http/message_parser.h"
#include "app/api/http/server.h"
#include "app/api/http/tls_connection.h"

namespace hearth::app {

class Session {
public:
    Session(TlsConnection& connection, ConnectionRegistry& registry, const ServerConfig& config,
            const Dispatcher& dispatcher);

    /// Returns when the connection has to be closed.
    void run();

private:
    enum class Next { KeepOpen, Close };

    /// Reads the head of the next request into m_buffer. Empty: there is none, or it was
    /// refused and answered.
    std::optional<std::size_t> readHead();
    Next serveOne(std::size_t headBytes);
    Next admitted(MessageParser& parser, Admission admission, Request& request);

    std::optional<Response> refuseBody(const RouteLimits& limits, const RequestHead& head) const;
    /// The body, or the answer that refuses it. Nothing: the client has gone.
    std::variant<std::monostate, Body, Response> readBody(MessageParser& parser,
                                                          const RouteLimits& limits,
                                                          const RequestHead& head);
    std::variant<std::monostate, Body, Response> fillBody(MessageParser& parser, Body body,
                                                          Deadline deadline);

    void reject(const Rejection& rejection);
    Next answer(const RequestHead& head, const Response& response, bool keepAlive);

    TlsConnection& m_connection;
    ConnectionRegistry& m_registry;
    const ServerConfig& m_config;
    const Dispatcher& m_dispatcher;
    std::string m_buffer;  // what has arrived and is not consumed
    bool m_first = true;
};

}  // namespace hearth::app
