#include "tests/app/http/http_fixture.h"

#include <chrono>
#include <thread>

#include "app/api/http/sse_writer.h"
#include "core/api/api_error.h"
#include "core/crypto/random.h"
#include "core/crypto/tls_certificate.h"

namespace hearth::test {
namespace {

using app::Request;
using app::Response;
using app::ResponseStream;
using app::Route;
using core::Permission;

/// Certificate and spool folder of this process, made once and removed at its end.
struct Files {
    Files()
        : directory(std::filesystem::temp_directory_path() /
                    ("hearth-http-" + core::randomHex(8))) {
        std::filesystem::create_directories(directory);
        tls =
            core::createTlsCertificates(directory, core::defaultCertificateNames()).valueOrThrow();
    }
    ~Files() { std::filesystem::remove_all(directory); }

    std::filesystem::path directory;
    core::TlsFiles tls;
};

const Files& files() {
    static const Files kFiles;
    return kFiles;
}

Route publicRoute(std::string_view method, std::string_view path, app::RouteLimits limits,
                  app::Handler handler) {
    return {.method = method,
            .path = path,
            .permission = Permission::Public,
            .audit = app::kNotAudited,
            .limits = limits,
            .handler = std::move(handler)};
}

void streamEvents(ResponseStream& stream) {
    app::SseWriter events(stream, std::chrono::milliseconds(50));
    if (!events.data(R"({"n":1})"))
        return;
    std::this_thread::sleep_for(std::chrono::milliseconds(80));
    if (!events.idle())
        return;
    events.error({core::ErrorCode::ResourceExhausted, "no room", ""});
    events.done();
}

/// Sends for as long as somebody takes it.
app::Handler floodHandler(Observed& observed) {
    return [&observed](const Request&) -> core::Result<Response> {
        return Response::download("application/octet-stream", [&observed](ResponseStream& stream) {
            const std::string piece(65536, 'x');
            while (stream.write(piece)) {
            }
            ++observed.producersLeft;
        });
    };
}

app::Handler endlessHandler(Observed& observed) {
    return [&observed](const Request&) -> core::Result<Response> {
        return Response::events([&observed](ResponseStream& stream) {
            app::SseWriter events(stream);
            bool there = events.data("{}");
            while (there && !observed.releaseStream) {
                std::this_thread::sleep_for(std::chrono::milliseconds(10));
                there = events.idle();
            }
            if (!there)
                ++observed.producersLeft;
            else
                events.done();
        });
    };
}

}  // namespace

core::Result<app::Principal> FakeAuthenticator::resolve(const app::RequestHead& head) {
    const auto header = head.headers.find("authorization");
    if (!header)
        return app::Principal{};
    if (*header == "Bearer good")
        return app::Principal{.kind = app::PrincipalKind::ApiKey,
                              .id = "key-1",
                              .userId = "user-1",
                              .departmentId = "dep-1",
                              .permissions = {Permission::UseModels}};
    if (*header == "Bearer weak")
        return app::Principal{.kind = app::PrincipalKind::ApiKey,
                              .id = "key-2",
                              .userId = "user-2",
                              .departmentId = "dep-1",
                              .permissions = {}};
    return core::Error{core::ErrorCode::Unauthenticated, "That key is not known.", ""};
}

std::vector<Route> attackedRoutes(Observed& observed) {
    using std::chrono::seconds;
    const app::RouteLimits small{app::BodyKind::Memory, 64, seconds(10)};
    const app::RouteLimits upload{app::BodyKind::File, 1 << 20, seconds(10)};
    const app::RouteLimits slow{app::BodyKind::Memory, 64, seconds(1)};
    const auto ok = [&observed](const Request&) -> core::Result<Response> {
        ++observed.handled;
        return Response::json(R"({"ok":true})");
    };
    const auto echo = [&observed](const Request& request) -> core::Result<Response> {
        ++observed.handled;
        return Response::text(std::string(request.text()));
    };
    std::vector<Route> routes{
        publicRoute("GET", "/ok", app::kNoBody, ok),
        publicRoute("POST", "/echo", small, echo),
        publicRoute("POST", "/upload", upload, echo),
        publicRoute("POST", "/bare", app::kNoBody, ok),
        publicRoute("GET", "/throw", app::kNoBody,
                    [](const Request&) -> core::Result<Response> {
                        throw std::runtime_error("secret detail");
                    }),
        publicRoute("GET", "/header", app::kNoBody,
                    [](const Request& request) -> core::Result<Response> {
                        return Response::text(
                            std::string(request.head.headers.find("x-value").value_or("(absent)")));
                    }),
        publicRoute("GET", "/events", app::kNoBody,
                    [](const Request&) -> core::Result<Response> {
                        return Response::events(streamEvents);
                    }),
        publicRoute("GET", "/endless", app::kNoBody, endlessHandler(observed)),
        publicRoute("GET", "/flood", app::kNoBody, floodHandler(observed)),
        publicRoute("POST", "/slow", slow, echo),
        publicRoute("GET", "/broken", app::kNoBody,
                    [](const Request&) -> core::Result<Response> {
                        return Response::events([](ResponseStream& stream) {
                            (void)stream.write("data: half");
                            throw std::runtime_error("broken in the middle");
                        });
                    }),
    };
    routes.push_back({.method = "GET",
                      .path = "/private/{name}",
                      .permission = Permission::UseModels,
                      .audit = app::kNotAudited,
                      .limits = app::kNoBody,
                      .handler = [&observed](const Request& request) -> core::Result<Response> {
                          ++observed.handled;
                          return Response::text(request.param("name") + " " + request.principal.id);
                      }});
    routes.push_back({.method = "POST",
                      .path = "/private/{name}",
                      .permission = Permission::UseModels,
                      .audit = app::kNotAudited,
                      .limits = small,
                      .handler = echo});
    return routes;
}

app::ServerConfig testServerConfig() {
    app::ServerConfig config;
    config.certificateFile = files().tls.serverCertificate;
    config.keyFile = files().tls.serverKey;
    config.spoolDirectory = files().directory;
    return config;
}

TestServer::TestServer(app::ServerConfig config)
    : m_dispatcher(app::RouteTable(attackedRoutes(observed)), m_authenticator) {
    if (config.certificateFile.empty())
        config = testServerConfig();
    m_server = app::Server::start(config, m_dispatcher).valueOrThrow();
}

RawClient TestServer::connect(std::chrono::milliseconds timeout) const {
    return RawClient(port(), caFile(), timeout);
}

RawResponse TestServer::ask(std::string_view request) const {
    RawClient client = connect();
    client.send(request);
    return client.readResponse(request.starts_with("HEAD"));
}

const std::filesystem::path& TestServer::caFile() const {
    return files().tls.caCertificate;
}

void expectApiError(const RawResponse& response, int status, const std::string& code) {
    EXPECT_EQ(response.status, status);
    EXPECT_TRUE(response.complete);
    EXPECT_EQ(response.header("content-type"), "application/json");
    EXPECT_TRUE(response.header("x-request-id").starts_with("req_"));
    const auto error = core::parseApiError(response.body);
    ASSERT_TRUE(error.ok()) << response.body;
    EXPECT_EQ(error->code, code);
    EXPECT_FALSE(error->message.empty());
    EXPECT_FALSE(error->type.empty());
}

}  // namespace hearth::test
