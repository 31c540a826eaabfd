// Streamed answers, the end of a server, and what it says when it cannot start.
#include <gtest/gtest.h>

#include <thread>

#include "tests/app/http/http_fixture.h"

namespace hearth::test {
namespace {

using std::chrono::milliseconds;

std::string get(const std::string& path) {
    return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
}

template <typename Condition>
bool becomesTrue(Condition condition) {
    for (int i = 0; i < 2000 && !condition(); ++i)
        std::this_thread::sleep_for(milliseconds(5));
    return condition();
}

TEST(StreamTest, SendsEventsCommentsErrorsAndTheEnd) {
    TestServer server;
    RawClient client = server.connect();
    client.send(get("/events") + get("/ok"));
    const RawResponse response = client.readResponse();
    EXPECT_TRUE(response.complete);
    EXPECT_TRUE(response.header("content-type").starts_with("text/event-stream"));
    EXPECT_TRUE(response.header("x-request-id").starts_with("req_"));
    EXPECT_EQ(response.body,
              "data: {\"n\":1}\n\n: keep-alive\n\n"
              "data: {\"error\":{\"code\":\"rate_limit_exceeded\",\"message\":\"no room\","
              "\"param\":null,\"type\":\"rate_limit_error\"}}\n\ndata: [DONE]\n\n");
    EXPECT_EQ(client.readResponse().status, 200) << "the connection stays usable";
}

TEST(StreamTest, ProducerLearnsThatItsClientLeft) {
    TestServer server;
    {
        RawClient client = server.connect();
        client.send(get("/endless"));
        client.readUntil("data: {}");
    }
    EXPECT_TRUE(becomesTrue([&] { return server.observed.producersLeft == 1; }));
}

TEST(StreamTest, AStreamThatBreaksOffIsNeverComplete) {
    TestServer server;
    const RawResponse response = server.ask(get("/broken"));
    EXPECT_EQ(response.status, 200);
    EXPECT_FALSE(response.complete);
}

TEST(ServerStopTest, LetsAStreamFinishWithinTheGrace) {
    TestServer server;
    RawClient client = server.connect();
    RawClient idle = server.connect();
    client.send(get("/endless"));
    client.readUntil("data: {}");
    std::thread stopper([&] { server.server().stop(std::chrono::seconds(20)); });
    EXPECT_TRUE(idle.closedByServer());
    server.observed.releaseStream = true;
    stopper.join();
    EXPECT_NE(client.readUntil("[DONE]").find("[DONE]"), std::string::npos);
    EXPECT_EQ(server.observed.producersLeft, 0);
}

TEST(ServerStopTest, EndsAStreamAfterTheGrace) {
    TestServer server;
    RawClient client = server.connect();
    client.send(get("/endless"));
    client.readUntil("data: {}");
    server.server().stop(milliseconds(50));
    EXPECT_EQ(server.observed.producersLeft, 1);
    EXPECT_EQ(client.readUntil("[DONE]").find("[DONE]"), std::string::npos);
}

TEST(ServerStartTest, BusyPortNamesItAndWhatToDo) {
    TestServer server;
    Observed observed;
    FakeAuthenticator authenticator;
    const app::Dispatcher dispatcher(app::RouteTable(attackedRoutes(observed)), authenticator);
    app::ServerConfig config = testServerConfig();
    config.port = server.port();
    const auto second = app::Server::start(config, dispatcher);
    ASSERT_FALSE(second.ok());
    EXPECT_EQ(second.error().code, core::ErrorCode::Unavailable);
    EXPECT_NE(second.error().message.find(std::to_string(server.port())), std::string::npos);
    EXPECT_NE(second.error().message.find("config.toml"), std::string::npos);
}

TEST(ServerStartTest, UnusableCertificateIsAnError) {
    Observed observed;
    FakeAuthenticator authenticator;
    const app::Dispatcher dispatcher(app::RouteTable(attackedRoutes(observed)), authenticator);
    app::ServerConfig config = testServerConfig();
    config.keyFile = config.certificateFile;
    const auto server = app::Server::start(config, dispatcher);
    ASSERT_FALSE(server.ok());
    EXPECT_EQ(server.error().code, core::ErrorCode::InvalidArgument);
}

}  // namespace
}  // namespace hearth::test
