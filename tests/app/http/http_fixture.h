// A real HTTPS server on a free port, with routes made to be attacked.
#pragma once
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>

#include "app/api/dispatcher.h"
#include "app/api/http/server.h"
#include "tests/support/raw_client.h"

namespace hearth::test {

/// "Bearer good" is a user who may use models, "Bearer weak" one who may do nothing.
class FakeAuthenticator : public app::Authenticator {
public:
    core::Result<app::Principal> resolve(const app::RequestHead& head) override;
};

/// What happened behind the server.
struct Observed {
    std::atomic<int> handled{0};        // handlers that ran
    std::atomic<int> producersLeft{0};  // streams that noticed that their client left
    std::atomic<bool> releaseStream{false};
};

/// Public: GET /ok, /throw, /header, /events, /endless (a stream until released), /flood (until
/// nobody reads), /broken (a stream that throws); POST /echo (at most 64 bytes), /upload, /slow (a
/// body within 1 s), /bare (no body). UseModels: GET and POST /private/{name}.
std::vector<app::Route> attackedRoutes(Observed& observed);

class TestServer {
public:
    explicit TestServer(app::ServerConfig config = {});

    RawClient connect(std::chrono::milliseconds timeout = std::chrono::seconds(10)) const;
    /// One request on a connection of its own.
    RawResponse ask(std::string_view request) const;

    app::Server& server() { return *m_server; }
    std::uint16_t port() const { return m_server->port(); }
    const std::filesystem::path& caFile() const;
    Observed observed;

private:
    FakeAuthenticator m_authenticator;
    app::Dispatcher m_dispatcher;
    std::unique_ptr<app::Server> m_server;
};

/// A configuration with the suite's certificate and a free port.
app::ServerConfig testServerConfig();

/// Fails the test unless `response` is in the API's error shape and has a request id.
void expectApiError(const RawResponse& response, int status, const std::string& code);

}  // namespace hearth::test
