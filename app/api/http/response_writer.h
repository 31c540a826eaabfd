// Puts a Response on a connection.
#pragma once
#include <chrono>
#include <string>

#include "app/api/http/response.h"

namespace hearth::app {

class TlsConnection;

struct ResponseOptions {
    std::string requestId;
    bool headOnly = false;  // the request was HEAD
    bool keepAlive = false;
    std::chrono::milliseconds writeDeadline;
    std::chrono::milliseconds idleDeadline;  // told to the client, so that it does not race it
};

/// False: the connection is not usable any more, because the client left or because a stream
/// broke off.
bool writeResponse(TlsConnection& connection, const Response& response,
                   const ResponseOptions& options);

}  // namespace hearth::app
