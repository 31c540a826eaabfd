// Who gets in: decided from the head, before the body is read and for every route there is.
#include <gtest/gtest.h>

#include "app/api/error_response.h"
#include "tests/app/http/http_fixture.h"

namespace hearth::test {
namespace {

using app::Admission;
using app::RequestHead;
using app::Response;

class RecordingAudit : public app::AuditSink {
public:
    core::Status record(const app::AuditEntry& entry) override {
        statuses.push_back(entry.status);
        events.emplace_back(entry.event);
        if (fail)
            return core::Error{core::ErrorCode::DiskFull, "no room", ""};
        return {};
    }

    std::vector<int> statuses;
    std::vector<std::string> events;
    bool fail = false;
};

RequestHead head(std::string method, std::vector<std::string> segments,
                 const std::string& credential = "") {
    RequestHead head;
    head.method = std::move(method);
    for (const std::string& segment : segments)
        head.path += "/" + segment;
    head.segments = std::move(segments);
    if (!credential.empty())
        head.headers.add("Authorization", "Bearer " + credential);
    return head;
}

/// A path that matches the route: every {param} becomes "x".
std::vector<std::string> segmentsOf(std::string_view path) {
    std::vector<std::string> segments;
    for (std::size_t begin = 1; begin <= path.size();) {
        const auto end = std::min(path.find('/', begin), path.size());
        const std::string_view part = path.substr(begin, end - begin);
        segments.emplace_back(part.starts_with('{') ? "x" : part);
        begin = end + 1;
    }
    return segments;
}

class AdmissionTest : public ::testing::Test {
protected:
    app::Dispatcher dispatcherFor(std::vector<app::Route> routes) {
        return {app::RouteTable(std::move(routes)), m_authenticator, &m_audit};
    }
    int statusOf(const app::Dispatcher& dispatcher, const RequestHead& request) {
        const auto decision = dispatcher.admit(request);
        const auto* refusal = std::get_if<Response>(&decision);
        return refusal ? refusal->status : 200;
    }

    Observed m_observed;
    FakeAuthenticator m_authenticator;
    RecordingAudit m_audit;
};

app::Route auditedRoute(app::Handler handler) {
    return {.method = "POST",
            .path = "/v1/files",
            .permission = core::Permission::UseModels,
            .audit = "file.create",
            .limits = app::kJsonBody,
            .handler = std::move(handler)};
}

TEST_F(AdmissionTest, EveryRouteRefusesTheAnonymousUnlessPublic) {
    const app::Dispatcher dispatcher = dispatcherFor(attackedRoutes(m_observed));
    int guarded = 0;
    for (const app::Route& route : dispatcher.routes().routes()) {
        const bool isPublic = *route.permission == core::Permission::Public;
        guarded += !isPublic;
        EXPECT_EQ(statusOf(dispatcher, head(std::string(*route.method), segmentsOf(*route.path))),
                  isPublic ? 200 : 401)
            << *route.method << " " << *route.path;
    }
    EXPECT_GT(guarded, 0);
}

TEST_F(AdmissionTest, PermissionIsCheckedAfterTheCredential) {
    const app::Dispatcher dispatcher = dispatcherFor(attackedRoutes(m_observed));
    EXPECT_EQ(statusOf(dispatcher, head("GET", {"private", "x"}, "good")), 200);
    EXPECT_EQ(statusOf(dispatcher, head("GET", {"private", "x"}, "weak")), 403);
    EXPECT_EQ(statusOf(dispatcher, head("GET", {"private", "x"}, "wrong")), 401);
}

TEST_F(AdmissionTest, UnknownPathsAndMethodsAreToldOnlyToThoseWhoAreSignedIn) {
    const app::Dispatcher dispatcher = dispatcherFor(attackedRoutes(m_observed));
    EXPECT_EQ(statusOf(dispatcher, head("GET", {"nowhere"})), 401);
    EXPECT_EQ(statusOf(dispatcher, head("GET", {"nowhere"}, "good")), 404);
    EXPECT_EQ(statusOf(dispatcher, head("DELETE", {"private", "x"})), 401);
    EXPECT_EQ(statusOf(dispatcher, head("DELETE", {"private", "x"}, "good")), 405);
    EXPECT_EQ(statusOf(dispatcher, head("GET", {"private", ""}, "good")), 404);
    EXPECT_EQ(statusOf(dispatcher, head("GET", {"private", "x", ""}, "good")), 404);
}

TEST_F(AdmissionTest, RefusalsAreInTheApisShape) {
    TestServer server;
    const auto ask = [&](const std::string& line, const std::string& credential) {
        return server.ask(line + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " +
                          credential + "\r\n\r\n");
    };
    expectApiError(ask("GET /private/x", "wrong"), 401, "invalid_api_key");
    expectApiError(ask("GET /private/x", "weak"), 403, "permission_denied");
    expectApiError(ask("GET /nowhere", "good"), 404, "unknown_url");
    const RawResponse notAllowed = ask("DELETE /private/x", "good");
    expectApiError(notAllowed, 405, "method_not_allowed");
    EXPECT_EQ(notAllowed.header("allow"), "GET, HEAD, POST");
}

TEST_F(AdmissionTest, HandlerSeesPrincipalAndDecodedParams) {
    TestServer server;
    const RawResponse response = server.ask(
        "GET /private/a%2Fb HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer good\r\n\r\n");
    EXPECT_EQ(response.body, "a/b key-1");
}

TEST_F(AdmissionTest, AThrowingHandlerIsA500WithoutDetails) {
    TestServer server;
    const RawResponse response = server.ask("GET /throw HTTP/1.1\r\nHost: localhost\r\n\r\n");
    expectApiError(response, 500, "internal_error");
    EXPECT_EQ(response.body.find("secret"), std::string::npos);
    EXPECT_EQ(server.ask("GET /ok HTTP/1.1\r\nHost: localhost\r\n\r\n").status, 200);
}

TEST_F(AdmissionTest, AnAuditedActionIsRecordedBeforeAndAfter) {
    const app::Dispatcher dispatcher = dispatcherFor({auditedRoute(
        [](const app::Request&) -> core::Result<Response> { return Response::json("{}", 201); })});
    app::Request request;
    const app::Route& route = dispatcher.routes().routes().front();
    EXPECT_EQ(dispatcher.run(route, request).status, 201);
    EXPECT_EQ(m_audit.statuses, (std::vector<int>{0, 201}));
    EXPECT_EQ(m_audit.events.front(), "file.create");
    EXPECT_EQ(statusOf(dispatcher, head("POST", {"v1", "files"})), 401);
    EXPECT_EQ(m_audit.statuses.back(), 401);
}

TEST_F(AdmissionTest, AnActionThatCannotBeAuditedIsRefused) {
    bool ran = false;
    const app::Dispatcher dispatcher =
        dispatcherFor({auditedRoute([&](const app::Request&) -> core::Result<Response> {
            ran = true;
            return Response::noContent();
        })});
    m_audit.fail = true;
    EXPECT_EQ(dispatcher.run(dispatcher.routes().routes().front(), {}).status, 507);
    EXPECT_FALSE(ran);
}

template <typename T>
concept CompilesWithoutPermission = requires(app::Handler handler) {
    T{.method = "GET",
      .path = "/",
      .audit = app::kNotAudited,
      .limits = app::kNoBody,
      .handler = handler};
};
template <typename T>
concept CompilesWithoutHandler = requires {
    T{.method = "GET",
      .path = "/",
      .permission = core::Permission::Public,
      .audit = app::kNotAudited,
      .limits = app::kNoBody};
};
template <typename T>
concept CompilesWhole = requires(app::Handler handler) {
    T{.method = "GET",
      .path = "/",
      .permission = core::Permission::Public,
      .audit = app::kNotAudited,
      .limits = app::kNoBody,
      .handler = handler};
};
static_assert(CompilesWhole<app::Route>);
static_assert(!CompilesWithoutPermission<app::Route>);
static_assert(!CompilesWithoutHandler<app::Route>);

TEST(RouteTableTest, LiteralSegmentsWinOverParams) {
    const auto handler = [](const app::Request&) -> core::Result<Response> {
        return Response::noContent();
    };
    const auto route = [&](std::string_view path) {
        return app::Route{.method = "GET",
                          .path = path,
                          .permission = core::Permission::Public,
                          .audit = app::kNotAudited,
                          .limits = app::kNoBody,
                          .handler = handler};
    };
    const app::RouteTable table(
        {route("/v1/files/{id}"), route("/v1/files/all"), route("/v1/{kind}/all"), route("/")});
    EXPECT_EQ(*table.match("GET", {"v1", "files", "all"}).route->path, "/v1/files/all");
    EXPECT_EQ(table.match("HEAD", {"v1", "files", "f1"}).params.at("id"), "f1");
    EXPECT_EQ(table.match("GET", {"v1", "jobs", "all"}).params.at("kind"), "jobs");
    EXPECT_EQ(*table.match("GET", {""}).route->path, "/");
    EXPECT_EQ(table.match("GET", {"v1", "jobs", "none"}).route, nullptr);
}

TEST(ErrorResponseTest, NamesTheParameterAndTheModel) {
    const auto bad = app::apiError(
        {core::ErrorCode::InvalidArgument, "temperature must be at most 2", "temperature"});
    EXPECT_EQ(bad.param, "temperature");
    EXPECT_EQ(bad.type, "invalid_request_error");
    const auto unknown = app::apiError({core::ErrorCode::NotFound, "no such model", "model"});
    EXPECT_EQ(unknown.code, "model_not_found");
    EXPECT_EQ(app::apiError({core::ErrorCode::InvalidArgument, "bad", "file a.json, line 3"}).param,
              "");
}

TEST(ErrorResponseTest, KeepsInternalsInside) {
    for (const auto code :
         {core::ErrorCode::Internal, core::ErrorCode::DataCorrupt, core::ErrorCode::DiskFull}) {
        const Response response = app::errorResponse({code, "/var/lib/secret", "blobs"});
        EXPECT_GE(response.status, 500);
        EXPECT_EQ(response.body.find("secret"), std::string::npos);
        EXPECT_EQ(response.body.find("blobs"), std::string::npos);
    }
}

TEST(ErrorResponseTest, SaysWhetherToRetry) {
    const Response busy = app::errorResponse({core::ErrorCode::ResourceExhausted, "busy", ""});
    EXPECT_EQ(busy.status, 429);
    EXPECT_EQ(busy.headers.find("retry-after"), "1");
    const Response conflict = app::errorResponse({core::ErrorCode::Conflict, "no", ""});
    EXPECT_EQ(conflict.status, 409);
    EXPECT_EQ(conflict.headers.find("x-should-retry"), "false");
}

}  // namespace
}  // namespace hearth::test
