// Requests that two programs could read in two ways, each sent as raw bytes over TLS: what
// Poco 1.11's own HTTP server answers with 200, or not at all.
#include <gtest/gtest.h>

#include "tests/app/http/http_fixture.h"

namespace hearth::test {
namespace {

struct BadRequest {
    std::string name;
    std::string bytes;
    int status;
};

void PrintTo(const BadRequest& request, std::ostream* out) {
    *out << request.name;
}

std::string post(const std::string& headers, const std::string& body) {
    return "POST /echo HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n" + body;
}

std::string chunked(const std::string& body) {
    return post("Transfer-Encoding: chunked\r\n", body);
}

std::string get(const std::string& headers) {
    return "GET /ok HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n";
}

std::string manyHeaders(int count) {
    std::string headers;
    for (int i = 0; i < count; ++i)
        headers += "x-" + std::to_string(i) + ": 1\r\n";
    return headers;
}

std::vector<BadRequest> badRequests() {
    const std::string nul(1, '\0');
    return {
        {"LengthAndEncoding",
         post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400},
        {"EncodingAndLength",
         post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n"), 400},
        {"DifferentLengths", post("Content-Length: 2\r\nContent-Length: 5\r\n", "hello"), 400},
        {"SameLengthTwice", post("Content-Length: 5\r\nContent-Length: 5\r\n", "hello"), 400},
        {"LengthList", post("Content-Length: 5, 5\r\n", "hello"), 400},
        {"NegativeLength", post("Content-Length: -1\r\n", "hello"), 400},
        {"PlusLength", post("Content-Length: +5\r\n", "hello"), 400},
        {"HexLength", post("Content-Length: 0x5\r\n", "hello"), 400},
        {"SpaceInLength", post("Content-Length: 5 5\r\n", "hello"), 400},
        {"EmptyLength", post("Content-Length:\r\n", ""), 400},
        {"HugeLength", post("Content-Length: 99999999999999999999\r\n", "hello"), 400},
        {"WrappingLength", post("Content-Length: 18446744073709551621\r\n", "hello"), 400},
        {"NegativeChunk", chunked("-1\r\nhello\r\n0\r\n\r\n"), 400},
        {"HexPrefixedChunk", chunked("0x5\r\nhello\r\n0\r\n\r\n"), 400},
        {"LettersChunk", chunked("zz\r\nhello\r\n0\r\n\r\n"), 400},
        {"SeventeenDigitChunk", chunked("00000000000000005\r\nhello\r\n0\r\n\r\n"), 400},
        {"OverflowingChunk", chunked("FFFFFFFFFFFFFFFFF\r\nhello\r\n0\r\n\r\n"), 400},
        {"PlusChunk", chunked("+5\r\nhello\r\n0\r\n\r\n"), 400},
        {"SpaceBeforeChunk", chunked(" 5\r\nhello\r\n0\r\n\r\n"), 400},
        {"EmptyChunkSize", chunked("\r\nhello\r\n0\r\n\r\n"), 400},
        {"ChunkLongerThanSaid", chunked("3\r\nhello\r\n0\r\n\r\n"), 400},
        {"BareLineFeedAfterChunkSize", chunked("5\nhello\r\n0\r\n\r\n"), 400},
        {"BareLineFeedAfterChunk", chunked("5\r\nhello\n0\r\n\r\n"), 400},
        {"EndlessChunkExtension", chunked("5;" + std::string(20000, 'a') + "\r\nhello\r\n"), 400},
        {"UnknownEncoding", post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"), 501},
        {"EncodingList", post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), 501},
        {"EncodingTwice",
         post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400},
        {"EncodingWithTab", post("Transfer-Encoding: chun\tked\r\n", "0\r\n\r\n"), 501},
        {"SpaceBeforeColon", post("Content-Length : 5\r\n", "hello"), 400},
        {"SpaceBeforeEncodingColon", post("Transfer-Encoding : chunked\r\n", "0\r\n\r\n"), 400},
        {"Trace", "TRACE /ok HTTP/1.1\r\nHost: localhost\r\n\r\n", 405},
        {"Connect", "CONNECT localhost:443 HTTP/1.1\r\nHost: localhost\r\n\r\n", 405},
        {"UnknownMethod", "BREW /ok HTTP/1.1\r\nHost: localhost\r\n\r\n", 501},
        {"LowerCaseMethod", "get /ok HTTP/1.1\r\nHost: localhost\r\n\r\n", 501},
        {"PostWithoutLength", post("", ""), 411},
        {"BareLineFeed", "GET /ok HTTP/1.1\nHost: localhost\n\n", 400},
        {"BareLineFeedInHeaders", "GET /ok HTTP/1.1\r\nHost: localhost\nX: 1\r\n\r\n", 400},
        {"BareReturn", get("X: a\rb\r\n"), 400},
        {"MissingHost", "GET /ok HTTP/1.1\r\nX: 1\r\n\r\n", 400},
        {"EmptyHost", "GET /ok HTTP/1.1\r\nHost:\r\n\r\n", 400},
        {"TwoHosts", get("Host: elsewhere\r\n"), 400},
        {"HostWithPath", "GET /ok HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
        {"TwoAuthorizations", get("Authorization: Bearer a\r\nAuthorization: Bearer b\r\n"), 400},
        {"ContinuedHeader", get("X: a\r\n b\r\n"), 400},
        {"ContinuedByTab", get("X: a\r\n\tb\r\n"), 400},
        {"NoColon", get("Nonsense\r\n"), 400},
        {"EmptyName", get(": value\r\n"), 400},
        {"NulInValue", get("X: a" + nul + "b\r\n"), 400},
        {"NulInName", get("X" + nul + ": a\r\n"), 400},
        {"NulInPath", "GET /o" + nul + "k HTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
        {"ControlInValue", get("X: a\x01z\r\n"), 400},
        {"DeleteInValue", get("X: a\x7fz\r\n"), 400},
        {"EmptyLineFirst", "\r\nGET /ok HTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
        {"SpaceFirst", " GET /ok HTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
        {"TwoSpaces", "GET  /ok HTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
        {"TabInsteadOfSpace", "GET\t/ok HTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
        {"NoVersion", "GET /ok\r\nHost: localhost\r\n\r\n", 400},
        {"NonsenseVersion", "GET /ok HTPP/1.1\r\nHost: localhost\r\n\r\n", 400},
        {"OldVersion", "GET /ok HTTP/1.0\r\nHost: localhost\r\n\r\n", 505},
        {"NewVersion", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 501},
        {"AbsoluteForm", "GET https://localhost/ok HTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
        {"AsteriskForm", "OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
        {"Fragment", "GET /ok#x HTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
        {"RawUtf8InPath", "GET /\xc3\xa4 HTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
        {"BrokenEscape", "GET /%4 HTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
        {"EscapedNul", "GET /a%00b HTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
        {"EscapedOverlongUtf8", "GET /%c0%ae HTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
        {"EscapedDots", "GET /private/%2e%2e HTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
        {"LongName", get(std::string(257, 'n') + ": 1\r\n"), 431},
        {"LongValue", get("X: " + std::string(8193, 'v') + "\r\n"), 431},
        {"TooManyHeaders", get(manyHeaders(101)), 431},
        {"HeadTooLarge", "GET /ok HTTP/1.1\r\nX: " + std::string(70000, 'v'), 431},
        {"LongUrl", "GET /" + std::string(8192, 'u') + " HTTP/1.1\r\nHost: localhost\r\n\r\n", 414},
        {"UnknownExpectation", post("Content-Length: 5\r\nExpect: magic\r\n", "hello"), 417},
        {"BodyTooLong", post("Content-Length: 65\r\n", std::string(65, 'b')), 413},
        {"ChunkedBodyTooLong", chunked("41\r\n" + std::string(65, 'b') + "\r\n0\r\n\r\n"), 413},
        {"ManySmallChunksTooLong", chunked([] {
             std::string chunks;
             for (int i = 0; i < 65; ++i)
                 chunks += "1\r\nb\r\n";
             return chunks + "0\r\n\r\n";
         }()),
         413},
        {"BodyWhereNoneIsTaken",
         "POST /bare HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}", 413},
    };
}

class FramingTest : public ::testing::TestWithParam<BadRequest> {
protected:
    static void SetUpTestSuite() { s_server = std::make_unique<TestServer>(); }
    static void TearDownTestSuite() { s_server.reset(); }

    static std::unique_ptr<TestServer> s_server;
};

std::unique_ptr<TestServer> FramingTest::s_server;

TEST_P(FramingTest, IsRefusedAndTheConnectionCloses) {
    const int handledBefore = s_server->observed.handled;
    RawClient client = s_server->connect();
    client.send(GetParam().bytes);
    const RawResponse response = client.readResponse();
    expectApiError(response, GetParam().status,
                   GetParam().status == 413 ? "request_too_large" : "malformed_request");
    EXPECT_EQ(response.header("connection"), "close");
    client.send("GET /ok HTTP/1.1\r\nHost: localhost\r\n\r\n");
    EXPECT_TRUE(client.closedByServer());
    EXPECT_EQ(s_server->observed.handled, handledBefore);
}

INSTANTIATE_TEST_SUITE_P(Rows, FramingTest, ::testing::ValuesIn(badRequests()),
                         [](const auto& info) { return info.param.name; });

class RequestTest : public ::testing::Test {
protected:
    TestServer m_server;
};

TEST_F(RequestTest, BodyCutOffByLengthIsNeverHandled) {
    RawClient client = m_server.connect();
    client.send(post("Content-Length: 20\r\n", "only a part"));
    client.closeSending();
    EXPECT_EQ(client.readResponse().status, 0);
    EXPECT_EQ(m_server.observed.handled, 0);
}

TEST_F(RequestTest, BodyCutOffInChunksIsNeverHandled) {
    for (const char* part : {"5\r\nhello\r\n", "5\r\nhel", "5\r\nhello\r\n0\r\n"}) {
        RawClient client = m_server.connect();
        client.send(chunked(part));
        client.closeSending();
        EXPECT_EQ(client.readResponse().status, 0) << part;
    }
    EXPECT_EQ(m_server.observed.handled, 0);
}

TEST_F(RequestTest, UnreadBodyIsNotTheNextRequest) {
    const std::string smuggled = get("");
    RawClient client = m_server.connect();
    client.send("POST /private/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: " +
                std::to_string(smuggled.size()) + "\r\n\r\n" + smuggled);
    expectApiError(client.readResponse(), 401, "invalid_api_key");
    EXPECT_TRUE(client.closedByServer());
    EXPECT_EQ(m_server.observed.handled, 0);
}

TEST_F(RequestTest, RefusalReachesAClientThatKeepsSending) {
    RawClient client = m_server.connect();
    client.send("POST /private/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n");
    client.send(std::string(100000, 'x'));
    expectApiError(client.readResponse(), 401, "invalid_api_key");
}

TEST_F(RequestTest, EncodedWordInAHeaderStaysAsItIs) {
    const RawResponse response = m_server.ask(
        "GET /header HTTP/1.1\r\nHost: localhost\r\nX-Value: =?utf-8?B?YWRtaW4=?=\r\n\r\n");
    EXPECT_EQ(response.body, "=?utf-8?B?YWRtaW4=?=");
}

TEST_F(RequestTest, TokenOfNearlyEightKilobytesPasses) {
    const RawResponse response =
        m_server.ask(get("Authorization: Bearer " + std::string(8000, 't') + "\r\n"));
    EXPECT_EQ(response.status, 200);
}

TEST_F(RequestTest, ChunksAreJoined) {
    const RawResponse response =
        m_server.ask(chunked("5\r\nhello\r\n1;name=value\r\n \r\nA\r\nchunked!!!\r\n0\r\n\r\n"));
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, "hello chunked!!!");
}

TEST_F(RequestTest, TrailersAreNotHeaders) {
    RawClient client = m_server.connect();
    client.send(chunked("2\r\nhi\r\n0\r\nAuthorization: Bearer good\r\n\r\n") + get(""));
    EXPECT_EQ(client.readResponse().body, "hi");
    EXPECT_EQ(client.readResponse().status, 200);
}

TEST_F(RequestTest, BytesMayArriveOneByOne) {
    RawClient client = m_server.connect();
    for (const char c : chunked("5\r\nhello\r\n0\r\n\r\n"))
        client.send(std::string(1, c));
    EXPECT_EQ(client.readResponse().body, "hello");
}

TEST_F(RequestTest, PipelinedRequestsAreAnsweredInOrder) {
    RawClient client = m_server.connect();
    client.send(post("Content-Length: 5\r\n", "first") + get("") +
                chunked("6\r\nsecond\r\n0\r\n\r\n"));
    EXPECT_EQ(client.readResponse().body, "first");
    EXPECT_EQ(client.readResponse().body, R"({"ok":true})");
    EXPECT_EQ(client.readResponse().body, "second");
}

TEST_F(RequestTest, EveryAnswerHasARequestIdOfItsOwn) {
    RawClient client = m_server.connect();
    client.send(get("") + get(""));
    const std::string first = client.readResponse().header("x-request-id");
    const std::string second = client.readResponse().header("x-request-id");
    EXPECT_TRUE(first.starts_with("req_"));
    EXPECT_NE(first, second);
}

TEST_F(RequestTest, ConnectionCloseIsHonoured) {
    RawClient client = m_server.connect();
    client.send(get("Connection: close\r\n"));
    EXPECT_EQ(client.readResponse().header("connection"), "close");
    EXPECT_TRUE(client.closedByServer());
}

TEST_F(RequestTest, HeadHasTheHeadersOfGetAndNoBody) {
    RawClient client = m_server.connect();
    client.send("HEAD /ok HTTP/1.1\r\nHost: localhost\r\n\r\n" + get(""));
    const RawResponse head = client.readResponse(true);
    EXPECT_EQ(head.status, 200);
    EXPECT_EQ(head.header("content-length"), "11");
    EXPECT_EQ(client.readResponse().body, R"({"ok":true})");
}

TEST_F(RequestTest, ContinueIsSentBeforeTheBody) {
    RawClient client = m_server.connect();
    client.send(post("Content-Length: 5\r\nExpect: 100-continue\r\n", ""));
    EXPECT_EQ(client.readResponse().status, 100);
    client.send("hello");
    EXPECT_EQ(client.readResponse().body, "hello");
}

TEST_F(RequestTest, ContinueIsNotSentForABodyThatIsRefused) {
    RawClient client = m_server.connect();
    client.send(post("Content-Length: 65\r\nExpect: 100-continue\r\n", ""));
    expectApiError(client.readResponse(), 413, "request_too_large");
}

TEST_F(RequestTest, UploadIsSpooledAndReadBackWhole) {
    std::string body(300'000, '\0');
    for (std::size_t i = 0; i < body.size(); ++i)
        body[i] = static_cast<char>(i * 7 % 251);
    const RawResponse response =
        m_server.ask("POST /upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: " +
                     std::to_string(body.size()) + "\r\n\r\n" + body);
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, body);
}

}  // namespace
}  // namespace hearth::test
