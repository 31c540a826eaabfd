// Slow and silent clients: deadlines are for the whole step, and others do not wait for them.
#include <Poco/Net/StreamSocket.h>
#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "tests/app/http/http_fixture.h"

namespace hearth::test {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr const char* kGet = "GET /ok HTTP/1.1\r\nHost: localhost\r\n\r\n";

app::ServerConfig shortDeadlines() {
    app::ServerConfig config = testServerConfig();
    config.deadlines = {.handshake = milliseconds(2000),
                        .head = milliseconds(2000),
                        .idle = milliseconds(300),
                        .write = milliseconds(1000),
                        .linger = milliseconds(200)};
    return config;
}

/// Connected, and silent before TLS begins.
std::vector<Poco::Net::StreamSocket> silentPeers(const TestServer& server, int count) {
    std::vector<Poco::Net::StreamSocket> peers;
    for (int i = 0; i < count; ++i)
        peers.emplace_back(Poco::Net::SocketAddress("127.0.0.1", server.port()));
    return peers;
}

template <typename Condition>
bool becomesTrue(Condition condition, milliseconds patience = milliseconds(10'000)) {
    const auto end = Clock::now() + patience;
    while (!condition() && Clock::now() < end)
        std::this_thread::sleep_for(milliseconds(5));
    return condition();
}

TEST(DeadlineTest, SlowHeadersDoNotDelayOthersAndAreCutOff) {
    TestServer server(shortDeadlines());
    std::vector<RawClient> slow;
    for (int i = 0; i < 16; ++i)
        slow.push_back(server.connect());
    std::atomic<bool> stop{false};
    // A byte every 20 ms would keep a deadline per read alive for ever.
    std::thread dripper([&] {
        for (RawClient& client : slow)
            client.send("GET /ok HTTP/1.1\r\nX: ");
        while (!stop) {
            for (RawClient& client : slow)
                client.send("v");
            std::this_thread::sleep_for(milliseconds(20));
        }
    });
    EXPECT_EQ(server.ask(kGet).status, 200);
    EXPECT_TRUE(becomesTrue([&] { return server.server().openConnections() == 0; }));
    stop = true;
    dripper.join();
    EXPECT_EQ(server.observed.handled, 1);
}

TEST(DeadlineTest, SilentConnectionsDoNotDelayOthersAndAreCutOff) {
    TestServer server(shortDeadlines());
    const auto silent = silentPeers(server, 16);
    ASSERT_TRUE(becomesTrue([&] { return server.server().openConnections() >= 16; }));
    EXPECT_EQ(server.ask(kGet).status, 200);
    EXPECT_TRUE(becomesTrue([&] { return server.server().openConnections() == 0; }));
}

TEST(DeadlineTest, AFullServerEvictsWhoeverWaitedLongest) {
    app::ServerConfig config = testServerConfig();
    config.maxConnections = 4;
    TestServer server(config);
    const auto silent = silentPeers(server, 8);
    ASSERT_TRUE(becomesTrue([&] { return server.server().openConnections() == 4; }));
    EXPECT_EQ(server.ask(kGet).status, 200);
}

TEST(DeadlineTest, AFullServerEvictsNoRunningRequest) {
    app::ServerConfig config = testServerConfig();
    config.maxConnections = 2;
    TestServer server(config);
    RawClient stream = server.connect();
    stream.send("GET /endless HTTP/1.1\r\nHost: localhost\r\n\r\n");
    stream.readUntil("data: {}");
    const auto silent = silentPeers(server, 4);
    EXPECT_EQ(server.ask(kGet).status, 200);
    server.observed.releaseStream = true;
    EXPECT_NE(stream.readUntil("[DONE]").find("[DONE]"), std::string::npos);
}

TEST(DeadlineTest, SlowBodyIsCutOff) {
    TestServer server(shortDeadlines());
    RawClient client = server.connect();
    client.send("POST /slow HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60\r\n\r\n");
    // The whole body within 2.4 s, where 1 s is allowed; each byte alone is quick.
    for (int i = 0; i < 60 && client.send("x"); ++i)
        std::this_thread::sleep_for(milliseconds(40));
    EXPECT_TRUE(becomesTrue([&] { return server.server().openConnections() == 0; }));
    EXPECT_EQ(server.observed.handled, 0);
}

TEST(DeadlineTest, HalfAHeadOrBodyIsAnsweredWithATimeout) {
    TestServer server(shortDeadlines());
    for (const char* half :
         {"GET /ok HTTP/1.1\r\nHost: loc",
          "POST /slow HTTP/1.1\r\nHost: a\r\nContent-Length: 60\r\n\r\nx",
          "POST /slow HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5"})
        expectApiError(server.ask(half), 408, "request_timeout");
}

TEST(DeadlineTest, IdleConnectionIsClosedWithoutAWord) {
    TestServer server(shortDeadlines());
    RawClient client = server.connect();
    client.send(kGet);
    const RawResponse response = client.readResponse();
    EXPECT_EQ(response.header("connection"), "keep-alive");
    EXPECT_TRUE(client.closedByServer());
}

TEST(DeadlineTest, AClientThatDoesNotReadIsGivenUp) {
    TestServer server(shortDeadlines());
    RawClient client = server.connect();
    client.send("GET /flood HTTP/1.1\r\nHost: localhost\r\n\r\n");
    EXPECT_TRUE(becomesTrue([&] { return server.observed.producersLeft == 1; }));
    EXPECT_TRUE(becomesTrue([&] { return server.server().openConnections() == 0; }));
}

}  // namespace
}  // namespace hearth::test
