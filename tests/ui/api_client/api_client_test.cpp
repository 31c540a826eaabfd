#include "ui/api_client/api_client.h"

#include <gtest/gtest.h>

#include <QSignalSpy>
#include <QSslCertificate>

#include "tests/ui/support/await.h"
#include "tests/ui/support/fake_node.h"

namespace hearth::ui {
namespace {

using Kind = ApiFailure::Kind;

class ApiClientTest : public testing::Test {
protected:
    ApiClientTest() { client.setNode(node.url(), node.fingerprint()); }

    Outcome<QJsonObject> send(const ApiRequest& request) {
        Awaited<QJsonObject> answer;
        client.send(request, &context, answer.then());
        EXPECT_EQ(answer.calls(), 0) << "never while the call is being made";
        EXPECT_TRUE(answer.wait());
        return *answer;
    }

    FakeNode node;
    ApiClient client;
    QObject context;
};

TEST_F(ApiClientTest, BringsJsonAndCredential) {
    node.answer("GET", "/v1/models", QJsonObject{{"object", "list"}});
    client.setCredential("hk_secret");
    const auto answer = send({.path = "/v1/models", .query = {{"limit", "100"}}});
    ASSERT_TRUE(answer.ok()) << answer.failure().message.toStdString();
    EXPECT_EQ(answer->value("object").toString(), "list");
    const FakeRequest& request = node.requests().constFirst();
    EXPECT_EQ(request.headers.value("authorization"), "Bearer hk_secret");
    EXPECT_EQ(request.queryValue("limit"), "100");
    EXPECT_FALSE(request.headers.contains("cookie"));
    EXPECT_EQ(request.headers.value("accept-encoding"), "identity");
}

TEST_F(ApiClientTest, PostsJson) {
    node.answer("POST", "/api/v1/keys", FakeAnswer{.status = 201, .json = {{"id", "key-1"}}});
    const auto answer =
        send({.method = "POST", .path = "/api/v1/keys", .body = {{"name", "한글"}}});
    ASSERT_TRUE(answer.ok());
    EXPECT_EQ(node.requests().constFirst().json().value("name").toString(), "한글");
}

TEST_F(ApiClientTest, AnEmptyAnswerIsAnEmptyObject) {
    node.answer("DELETE", "/api/v1/sessions/current", FakeAnswer{.status = 204});
    const auto answer = send({.method = "DELETE", .path = "/api/v1/sessions/current"});
    ASSERT_TRUE(answer.ok());
    EXPECT_TRUE(answer->isEmpty());
}

TEST_F(ApiClientTest, ErrorsKeepTheNodesWords) {
    FakeAnswer refused =
        FakeAnswer::error(400, "invalid_value", "max_steps is too large", "hearth.max_steps");
    QJsonObject error = refused.json.value("error").toObject();
    error["problems"] = QJsonArray{QJsonObject{{"line", 3}, {"message", "no messages"}}};
    refused.json["error"] = error;
    node.answer("POST", "/v1/files", refused);
    const auto answer = send({.method = "POST", .path = "/v1/files"});
    ASSERT_FALSE(answer.ok());
    const ApiFailure& failure = answer.failure();
    EXPECT_EQ(failure.kind, Kind::Refused);
    EXPECT_EQ(failure.status, 400);
    EXPECT_EQ(failure.code, "invalid_value");
    EXPECT_EQ(failure.param, "hearth.max_steps");
    EXPECT_EQ(failure.message, "max_steps is too large");
    EXPECT_EQ(failure.requestId, "req-fake");
    ASSERT_EQ(failure.problems.size(), 1);
    EXPECT_EQ(failure.problems[0].line, 3);
}

TEST_F(ApiClientTest, StatusesHaveKindsAndWords) {
    const QVector<std::pair<int, Kind>> kinds = {
        {302, Kind::Broken},   {401, Kind::SignedOut}, {403, Kind::Forbidden},
        {404, Kind::NotFound}, {409, Kind::Refused},   {413, Kind::Refused},
        {429, Kind::Busy},     {500, Kind::Broken},    {503, Kind::Busy}};
    for (const auto& [status, kind] : kinds) {
        node.answer("GET", "/x",
                    FakeAnswer{.status = status,
                               .body = "<html>",
                               .headers = {{"retry-after", "7"}, {"location", "/elsewhere"}}});
        const auto answer = send({.path = "/x"});
        ASSERT_FALSE(answer.ok()) << status;
        EXPECT_EQ(answer.failure().kind, kind) << status;
        EXPECT_FALSE(answer.failure().message.isEmpty()) << status;
        EXPECT_EQ(answer.failure().retryAfterSeconds, 7);
    }
    EXPECT_EQ(node.count("GET", "/elsewhere"), 0) << "redirects are not followed";
}

TEST_F(ApiClientTest, AnAnswerThatIsNoObjectIsBroken) {
    for (const QByteArray body : {"[1,2]", "{\"a\":", "hello"}) {
        node.answer("GET", "/x", FakeAnswer{.body = body});
        const auto answer = send({.path = "/x"});
        ASSERT_FALSE(answer.ok());
        EXPECT_EQ(answer.failure().kind, Kind::Broken);
    }
}

TEST_F(ApiClientTest, LargeAnswersAreParsedBesideTheWindow) {
    QByteArray body = "{\"values\":[";
    for (int i = 0; i < 400'000; ++i)
        body += QByteArray::number(i) + ',';
    body += "0]}";
    node.answer("GET", "/large", FakeAnswer{.body = body});
    const auto answer = send({.path = "/large"});
    ASSERT_TRUE(answer.ok());
    EXPECT_EQ(answer->value("values").toArray().size(), 400'001);
}

TEST_F(ApiClientTest, NothingIsCalledOnceItsContextIsGone) {
    node.answer("GET", "/slow", FakeAnswer{.delayMs = 100});
    Awaited<QJsonObject> answer;
    {
        QObject brief;
        client.send({.path = "/slow"}, &brief, answer.then());
    }
    QTest::qWait(300);
    EXPECT_EQ(answer.calls(), 0);
}

TEST_F(ApiClientTest, AnAbortedCallIsSilent) {
    node.answer("GET", "/slow", FakeAnswer{.delayMs = 100});
    Awaited<QJsonObject> answer;
    const auto call = client.send({.path = "/slow"}, &context, answer.then());
    ASSERT_TRUE(call);
    call->abort();
    QTest::qWait(300);
    EXPECT_EQ(answer.calls(), 0);
    EXPECT_FALSE(call) << "it deletes itself";
}

TEST_F(ApiClientTest, AnotherNodeEndsRunningCalls) {
    node.answer("GET", "/slow", FakeAnswer{.delayMs = 5000});
    Awaited<QJsonObject> answer;
    client.send({.path = "/slow"}, &context, answer.then());
    QTest::qWait(100);
    QElapsedTimer timer;
    timer.start();
    client.setNode(node.url(), node.fingerprint());
    EXPECT_LT(timer.elapsed(), 50);
    ASSERT_TRUE(answer.wait());
    EXPECT_EQ(answer->failure().kind, Kind::Cancelled);
    node.answer("GET", "/x", QJsonObject{});
    EXPECT_TRUE(send({.path = "/x"}).ok());
}

TEST_F(ApiClientTest, SilenceEndsACall) {
    node.answer("GET", "/slow", FakeAnswer{.delayMs = 5000});
    const QSignalSpy unreachable(&client, &ApiClient::unreachable);
    const auto answer = send({.path = "/slow", .timeoutMs = 100});
    ASSERT_FALSE(answer.ok());
    EXPECT_EQ(answer.failure().kind, Kind::Unreachable);
    EXPECT_TRUE(answer.failure().message.contains("in time"));
    EXPECT_EQ(unreachable.size(), 1);
}

TEST_F(ApiClientTest, NobodyThere) {
    const QUrl url = node.url();
    node.stop();
    const auto refused = send({.path = "/x"});
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.failure().kind, Kind::Unreachable);
    EXPECT_TRUE(refused.failure().message.contains(QString::number(url.port())));

    client.setNode(QUrl("https://no-such-host.invalid:8443"), "00");
    const auto unknown = send({.path = "/x"});
    ASSERT_FALSE(unknown.ok());
    EXPECT_EQ(unknown.failure().kind, Kind::Unreachable);
    EXPECT_TRUE(unknown.failure().message.contains("no-such-host.invalid"));
}

TEST_F(ApiClientTest, PlainHttpIsNotANode) {
    QTcpServer plain;
    ASSERT_TRUE(plain.listen(QHostAddress::LocalHost));
    QObject::connect(&plain, &QTcpServer::newConnection, [&] {
        QTcpSocket* socket = plain.nextPendingConnection();
        socket->write("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n");
    });
    client.setNode(QUrl("https://127.0.0.1:" + QString::number(plain.serverPort())), "00");
    const auto answer = send({.path = "/x"});
    ASSERT_FALSE(answer.ok());
    EXPECT_EQ(answer.failure().kind, Kind::Unreachable);
}

TEST_F(ApiClientTest, GoesOnAfterKeptConnectionsWereClosed) {
    node.answer("GET", "/x", QJsonObject{{"ok", true}});
    for (int i = 0; i < 20; ++i) {
        EXPECT_TRUE(send({.path = "/x"}).ok());
        node.closeConnections();
    }
}

TEST_F(ApiClientTest, NeverSendsAPostTwice) {
    node.answer("POST", "/v1/fine_tuning/jobs", FakeAnswer{.closes = true});
    const auto answer = send({.method = "POST", .path = "/v1/fine_tuning/jobs"});
    ASSERT_FALSE(answer.ok());
    EXPECT_EQ(answer.failure().kind, Kind::Unreachable);
    EXPECT_TRUE(answer.failure().message.contains("broke off"));
    EXPECT_EQ(node.count("POST", "/v1/fine_tuning/jobs"), 1);
}

TEST_F(ApiClientTest, SaysWhenACredentialIsRefused) {
    node.answer("GET", "/x", FakeAnswer::error(401, "invalid_api_key", "expired"));
    const QSignalSpy refused(&client, &ApiClient::credentialRefused);
    send({.path = "/x"});
    EXPECT_EQ(refused.size(), 0) << "none was sent";
    client.setCredential("old");
    const auto answer = send({.path = "/x"});
    EXPECT_EQ(answer.failure().kind, Kind::SignedOut);
    EXPECT_EQ(answer.failure().message, "expired");
    EXPECT_EQ(refused.size(), 1);
    send({.path = "/x", .anonymous = true});
    EXPECT_EQ(refused.size(), 1);
}

TEST(PathWith, KeepsAValueInOneSegment) {
    EXPECT_EQ(pathWith("/v1/models/{model}", "a/b c%2F?#"), "/v1/models/a%2Fb%20c%252F%3F%23");
    EXPECT_EQ(pathWith("/v1/models", "x"), "/v1/models");
}

TEST_F(ApiClientTest, SegmentsArriveAsTheyWereMeant) {
    node.answer("GET", "/v1/models/*", QJsonObject{});
    EXPECT_TRUE(send({.path = pathWith("/v1/models/{model}", "a/b ü?#%")}).ok());
    EXPECT_EQ(node.requests().constLast().path, "/v1/models/a%2Fb%20%C3%BC%3F%23%25");
}

}  // namespace
}  // namespace hearth::ui
