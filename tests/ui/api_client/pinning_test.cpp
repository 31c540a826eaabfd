// Nothing reaches a server whose certificate is not the pinned one.
#include <gtest/gtest.h>

#include <QSignalSpy>
#include <QSslCertificate>

#include "tests/ui/support/await.h"
#include "tests/ui/support/fake_node.h"
#include "ui/api_client/api_client.h"
#include "ui/api_client/certificate_pin.h"

namespace hearth::ui {
namespace {

using Kind = ApiFailure::Kind;

class PinningTest : public testing::Test {
protected:
    PinningTest() {
        node.addUsualRoutes();
        client.setCredential("hk_secret");
    }

    Outcome<QJsonObject> get() {
        Awaited<QJsonObject> answer;
        client.send({.path = "/api/v1/me"}, &client, answer.then());
        EXPECT_TRUE(answer.wait());
        return *answer;
    }

    void expectNothingWasSent() {
        QTest::qWait(100);
        EXPECT_EQ(node.bytesReceived(), 0);
        EXPECT_TRUE(node.requests().isEmpty());
    }

    FakeNode node;
    ApiClient client;
};

TEST_F(PinningTest, WithoutAPinOnlyTheCertificateIsLearnt) {
    client.setNode(node.url(), {});
    QSignalSpy untrusted(&client, &ApiClient::untrustedCertificate);
    const auto answer = get();
    ASSERT_FALSE(answer.ok());
    EXPECT_EQ(answer.failure().kind, Kind::Certificate);
    ASSERT_EQ(untrusted.size(), 1);
    EXPECT_EQ(untrusted[0][0].value<QSslCertificate>(), node.certificate());
    expectNothingWasSent();
}

TEST_F(PinningTest, AnotherPinIsRefused) {
    client.setNode(node.url(), QByteArray(64, 'a'));
    EXPECT_EQ(get().failure().kind, Kind::Certificate);
    expectNothingWasSent();
}

TEST_F(PinningTest, PostsStreamsAndUploadsAreFencedToo) {
    client.setNode(node.url(), QByteArray(64, 'a'));
    Awaited<QJsonObject> post, upload;
    Awaited<Nothing> stream;
    QTemporaryFile file;
    ASSERT_TRUE(file.open());
    file.write("private line\n");
    file.flush();
    client.send({.method = "POST", .path = "/x", .body = {{"password", "p"}}}, &client,
                post.then());
    client.stream(
        {.method = "POST", .path = "/x"}, &client, [](const QJsonObject&) {}, stream.then());
    client.upload("/v1/files", "fine-tune", file.fileName(), &client, {}, upload.then());
    ASSERT_TRUE(post.wait() && stream.wait() && upload.wait());
    EXPECT_EQ(post->failure().kind, Kind::Certificate);
    EXPECT_EQ(stream->failure().kind, Kind::Certificate);
    EXPECT_EQ(upload->failure().kind, Kind::Certificate);
    expectNothingWasSent();
}

TEST_F(PinningTest, AChangeIsNoticedAtTheNextConnection) {
    client.setNode(node.url(), node.fingerprint());
    ASSERT_TRUE(get().ok());
    const qint64 before = node.bytesReceived();
    node.changeCertificate();
    QTest::qWait(50);
    EXPECT_EQ(get().failure().kind, Kind::Certificate);
    QTest::qWait(100);
    EXPECT_EQ(node.bytesReceived(), before);
}

// Qt remembers for a whole host that errors were ignored; each new connection has to be judged.
TEST_F(PinningTest, ParallelConnectionsAreEachJudged) {
    client.setNode(node.url(), node.fingerprint());
    ASSERT_TRUE(get().ok());
    node.answer("GET", "/slow", FakeAnswer{.delayMs = 1500});
    Awaited<QJsonObject> slow;
    client.send({.path = "/slow"}, &client, slow.then());
    QTest::qWait(100);
    const qint64 before = node.bytesReceived();
    const int requests = static_cast<int>(node.requests().size());
    // The kept connection is busy and lives on; the next one meets the other certificate.
    node.showOtherCertificateToNewConnections();
    EXPECT_EQ(get().failure().kind, Kind::Certificate);
    EXPECT_EQ(node.bytesReceived(), before);
    EXPECT_EQ(node.requests().size(), requests);
    ASSERT_TRUE(slow.wait());
    EXPECT_TRUE(slow->ok()) << "the old connection had the right certificate";
}

TEST_F(PinningTest, ANewPinDoesNotUseOldConnections) {
    client.setNode(node.url(), node.fingerprint());
    ASSERT_TRUE(get().ok());
    const qint64 before = node.bytesReceived();
    client.setNode(node.url(), QByteArray(64, 'b'));
    EXPECT_EQ(get().failure().kind, Kind::Certificate);
    QTest::qWait(50);
    EXPECT_EQ(node.bytesReceived(), before);
}

TEST_F(PinningTest, UpperCasePinsAreTheSame) {
    client.setNode(node.url(), node.fingerprint().toUpper());
    EXPECT_TRUE(get().ok());
}

TEST(CertificatePin, IsReadableInGroupsOfFour) {
    const QByteArray sha256 = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    EXPECT_EQ(readableFingerprint(sha256),
              "0123 4567 89AB CDEF 0123 4567 89AB CDEF\n0123 4567 89AB CDEF 0123 4567 89AB CDEF");
    EXPECT_TRUE(fingerprintOf(QSslCertificate()).isEmpty());
    EXPECT_FALSE(matchesPin(QSslCertificate(), ""));
}

}  // namespace
}  // namespace hearth::ui
