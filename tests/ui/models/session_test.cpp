#include "ui/models/session.h"

#include <gtest/gtest.h>

#include <QSignalSpy>

#include "tests/ui/support/await.h"
#include "tests/ui/support/fake_session.h"

namespace hearth::ui {
namespace {

using Kind = ApiFailure::Kind;

class SessionTest : public testing::Test {
protected:
    bool comesTo(SessionState state, int timeoutMs = 10'000) {
        return QTest::qWaitFor([&] { return session.state() == state; }, timeoutMs);
    }
    /// A node of which only the address is known.
    void meetNode() {
        fake.profiles.setCurrent(fake.profiles.save({.name = "new", .url = fake.node.url()}));
    }
    void acceptPassword(const QString& password) {
        fake.node.handle("POST", "/api/v1/sessions", [password](const FakeRequest& request) {
            if (request.json().value("password").toString() != password)
                return FakeAnswer::error(401, "invalid_api_key", "wrong");
            return FakeAnswer{.json = {{"token", "token-1"}, {"expires_at", 2'000'000'000}}};
        });
    }
    void refuseAnonymous() {
        fake.node.handle("GET", "/api/v1/me", [](const FakeRequest& request) {
            const QByteArray credential = request.headers.value("authorization");
            if (credential != "Bearer token-1" && credential != "Bearer hk_good")
                return FakeAnswer::error(401, "invalid_api_key", "wrong or expired");
            return FakeAnswer{.json = {{"kind", "user"},
                                       {"name", "admin"},
                                       {"permissions", QJsonArray{"node.read", "finetune.read"}}}};
        });
    }

    FakeSession fake{FakeSession::Start::NotOpened};
    Session& session = fake.session;
    QObject context;
};

TEST_F(SessionTest, WithoutANodeThereIsNothingToConnectTo) {
    session.open();
    EXPECT_EQ(session.state(), SessionState::NoNode);
    EXPECT_FALSE(session.may(core::Permission::ReadNode));
}

TEST_F(SessionTest, FirstUseTrustSignInReady) {
    acceptPassword("correct horse");
    refuseAnonymous();
    meetNode();
    EXPECT_EQ(session.state(), SessionState::Connecting);
    ASSERT_TRUE(comesTo(SessionState::CertificateUnknown));
    EXPECT_EQ(session.offeredCertificate(), fake.node.certificate());
    EXPECT_EQ(fake.node.bytesReceived(), 0);

    session.trustOfferedCertificate();
    ASSERT_TRUE(comesTo(SessionState::SignedOut));
    EXPECT_EQ(fake.profiles.current()->pinnedSha256, fake.node.fingerprint());

    Awaited<Nothing> wrong;
    session.signIn("admin", "guess", wrong.then());
    ASSERT_TRUE(wrong.wait());
    EXPECT_EQ(wrong->failure().message, "The name or the password is wrong.");
    EXPECT_EQ(session.state(), SessionState::SignedOut);

    Awaited<Nothing> right;
    session.signIn("admin", "correct horse", right.then());
    ASSERT_TRUE(right.wait());
    EXPECT_TRUE(right->ok());
    EXPECT_EQ(session.state(), SessionState::Ready);
    EXPECT_EQ(fake.profiles.current()->user, "admin");
    EXPECT_TRUE(session.may(core::Permission::ReadNode));
    EXPECT_FALSE(session.may(core::Permission::ManageKeys));
}

TEST_F(SessionTest, BackOffIsSaidInTheNodesWords) {
    meetNode();
    ASSERT_TRUE(comesTo(SessionState::CertificateUnknown));
    session.trustOfferedCertificate();
    ASSERT_TRUE(comesTo(SessionState::SignedOut));
    fake.node.answer("POST", "/api/v1/sessions",
                     FakeAnswer::error(429, "rate_limit_exceeded",
                                       "too many failed logins; try again in 8 seconds"));
    Awaited<Nothing> refused;
    session.signIn("admin", "guess", refused.then());
    ASSERT_TRUE(refused.wait());
    EXPECT_EQ(refused->failure().kind, Kind::Busy);
    EXPECT_TRUE(refused->failure().message.contains("8 seconds"));
}

TEST_F(SessionTest, AnApiKeySignsInToo) {
    refuseAnonymous();
    fake.addProfile();  // with a token that the node does not know any more
    ASSERT_TRUE(comesTo(SessionState::SignedOut));
    EXPECT_TRUE(session.trouble().contains("ended"));

    Awaited<Nothing> wrong;
    session.signInWithKey("hk_bad", wrong.then());
    ASSERT_TRUE(wrong.wait());
    EXPECT_EQ(wrong->failure().kind, Kind::SignedOut);
    EXPECT_EQ(session.state(), SessionState::SignedOut);

    Awaited<Nothing> right;
    session.signInWithKey(" hk_good\n", right.then());
    ASSERT_TRUE(right.wait());
    EXPECT_TRUE(right->ok());
    EXPECT_EQ(session.state(), SessionState::Ready);

    session.open();  // as at the next start: from the keychain
    EXPECT_TRUE(comesTo(SessionState::Ready));
}

TEST_F(SessionTest, ARefusalInMidSessionSignsOut) {
    fake.addProfile();
    ASSERT_TRUE(comesTo(SessionState::Ready));
    fake.node.answer("GET", "/api/v1/keys", FakeAnswer::error(401, "invalid_api_key", "expired"));
    Awaited<QVector<ApiKey>> keys;
    session.api().keys(&context, keys.then());
    ASSERT_TRUE(keys.wait());
    EXPECT_EQ(session.state(), SessionState::SignedOut);
    EXPECT_TRUE(session.trouble().contains("ended"));
    // The refused credential is not offered again.
    fake.node.forgetRequests();
    session.retry();
    QTest::qWait(300);
    EXPECT_EQ(session.state(), SessionState::SignedOut);
    for (const FakeRequest& request : fake.node.requests())
        EXPECT_FALSE(request.headers.contains("authorization"));
}

TEST_F(SessionTest, SigningOutTellsTheNodeAndForgets) {
    fake.node.answer("DELETE", "/api/v1/sessions/current", FakeAnswer{.status = 204});
    fake.addProfile();
    ASSERT_TRUE(comesTo(SessionState::Ready));
    session.signOut();
    EXPECT_EQ(session.state(), SessionState::SignedOut);
    EXPECT_TRUE(QTest::qWaitFor(
        [&] { return fake.node.count("DELETE", "/api/v1/sessions/current") == 1; }, 5000));
    EXPECT_EQ(fake.node.requests().constLast().headers.value("authorization"),
              "Bearer token-of-the-test");
    session.open();
    EXPECT_TRUE(comesTo(SessionState::SignedOut));
}

TEST_F(SessionTest, AChangedCertificateStopsEverything) {
    fake.addProfile();
    ASSERT_TRUE(comesTo(SessionState::Ready));
    const QByteArray before = fake.node.fingerprint();
    fake.node.changeCertificate();
    session.api().status(&context, [](const Outcome<NodeStatus>&) {});
    ASSERT_TRUE(comesTo(SessionState::CertificateChanged));
    EXPECT_EQ(session.profile()->pinnedSha256, before);
    EXPECT_EQ(session.offeredCertificate(), fake.node.certificate());
    const qint64 received = fake.node.bytesReceived();
    session.retry();
    QTest::qWait(300);
    EXPECT_EQ(session.state(), SessionState::CertificateChanged);
    EXPECT_EQ(fake.node.bytesReceived(), received);

    session.trustOfferedCertificate();
    EXPECT_TRUE(comesTo(SessionState::Ready));
    EXPECT_EQ(fake.profiles.current()->pinnedSha256, fake.node.fingerprint());
}

TEST_F(SessionTest, AnUnreachableNodeIsTriedAgain) {
    fake.node.stop();
    fake.addProfile();
    ASSERT_TRUE(comesTo(SessionState::Unreachable));
    EXPECT_FALSE(session.trouble().isEmpty());
    EXPECT_TRUE(session.secondsToRetry().has_value());
    fake.node.start();
    EXPECT_TRUE(comesTo(SessionState::Ready));
    EXPECT_FALSE(session.secondsToRetry().has_value());
}

TEST_F(SessionTest, PausesGrow) {
    fake.node.stop();
    fake.addProfile();
    ASSERT_TRUE(comesTo(SessionState::Unreachable));
    EXPECT_EQ(session.secondsToRetry(), 1);
    ASSERT_TRUE(QTest::qWaitFor([&] { return session.secondsToRetry() == 2; }, 5000));
    ASSERT_TRUE(QTest::qWaitFor([&] { return session.secondsToRetry() == 5; }, 5000));
    session.retry();
    ASSERT_TRUE(QTest::qWaitFor([&] { return session.secondsToRetry() == 1; }, 5000));
}

TEST_F(SessionTest, AnInterruptionKeepsTheSession) {
    fake.addProfile();
    ASSERT_TRUE(comesTo(SessionState::Ready));
    QSignalSpy interrupted(&session, &Session::interrupted);
    QSignalSpy restarted(&session, &Session::nodeRestarted);
    QSignalSpy state(&session, &Session::stateChanged);
    ASSERT_TRUE(QTest::qWaitFor([&] { return fake.watch.status().has_value(); }, 5000));

    fake.node.stop();
    ASSERT_TRUE(QTest::qWaitFor([&] { return interrupted.size() == 1; }, 10'000));
    EXPECT_TRUE(session.isInterrupted());
    EXPECT_EQ(session.state(), SessionState::Ready);
    EXPECT_TRUE(fake.watch.status().has_value()) << "pages keep what they show";

    fake.node.answer("GET", "/api/v1/node/status",
                     QJsonObject{{"pid", 4712}, {"started_at", 1'700'000'100}});
    fake.node.start();
    ASSERT_TRUE(QTest::qWaitFor([&] { return interrupted.size() == 2; }, 10'000));
    EXPECT_FALSE(session.isInterrupted());
    ASSERT_TRUE(QTest::qWaitFor([&] { return restarted.size() == 1; }, 10'000));
    EXPECT_TRUE(state.isEmpty());
}

TEST_F(SessionTest, AnOlderNodeWithoutMeWorks) {
    fake.node.answer("GET", "/api/v1/me", FakeAnswer::error(404, "unknown_url", "no such path"));
    fake.addProfile();
    ASSERT_TRUE(comesTo(SessionState::Ready));
    EXPECT_TRUE(session.may(core::Permission::ManageKeys));
}

TEST_F(SessionTest, AnotherServerThanANodeIsNotTakenForOne) {
    fake.node.answer("GET", "/api/v1/me", FakeAnswer{.status = 404, .body = "<html>"});
    fake.addProfile();
    EXPECT_TRUE(comesTo(SessionState::Unreachable));
}

TEST_F(SessionTest, AStartingNodeIsWaitedFor) {
    fake.node.answer("GET", "/api/v1/me", FakeAnswer::error(503, "unavailable", "starting"));
    fake.addProfile();
    ASSERT_TRUE(comesTo(SessionState::Unreachable));
    EXPECT_EQ(session.trouble(), "starting");
    fake.node.addUsualRoutes();
    EXPECT_TRUE(comesTo(SessionState::Ready));
}

TEST_F(SessionTest, FollowsTheCurrentProfile) {
    const QString first = fake.addProfile();
    ASSERT_TRUE(comesTo(SessionState::Ready));
    FakeNode other;
    other.addUsualRoutes();
    const QString second = fake.profiles.save(
        {.name = "other", .url = other.url(), .pinnedSha256 = other.fingerprint()});
    fake.profiles.setCurrent(second);
    ASSERT_TRUE(comesTo(SessionState::SignedOut));
    for (const FakeRequest& request : other.requests())
        EXPECT_FALSE(request.headers.contains("authorization")) << "of another node";
    fake.profiles.forget(second);
    ASSERT_TRUE(comesTo(SessionState::Ready));
    fake.profiles.forget(first);
    EXPECT_EQ(session.state(), SessionState::NoNode);
}

TEST_F(SessionTest, RenamingDoesNotReconnect) {
    const QString id = fake.addProfile();
    ASSERT_TRUE(comesTo(SessionState::Ready));
    QSignalSpy state(&session, &Session::stateChanged);
    QSignalSpy profile(&session, &Session::profileChanged);
    NodeProfile renamed = *fake.profiles.find(id);
    renamed.name = "Seoul";
    fake.profiles.save(renamed);
    EXPECT_TRUE(state.isEmpty());
    EXPECT_EQ(profile.size(), 1);
    EXPECT_EQ(session.profile()->name, "Seoul");
}

TEST_F(SessionTest, NoSecretIsInTheSettings) {
    acceptPassword("correct horse");
    refuseAnonymous();
    meetNode();
    ASSERT_TRUE(comesTo(SessionState::CertificateUnknown));
    session.trustOfferedCertificate();
    ASSERT_TRUE(comesTo(SessionState::SignedOut));
    Awaited<Nothing> key, password;
    session.signInWithKey("hk_good", key.then());
    ASSERT_TRUE(key.wait());
    session.signOut();
    session.signIn("admin", "correct horse", password.then());
    ASSERT_TRUE(password.wait());
    fake.preferences.settings().sync();
    QFile file(fake.preferences.settings().fileName());
    ASSERT_TRUE(file.open(QIODevice::ReadOnly));
    const QByteArray text = file.readAll();
    EXPECT_TRUE(text.contains(fake.node.fingerprint()));
    for (const char* secret : {"correct", "horse", "hk_good", "token-1"})
        EXPECT_FALSE(text.contains(secret)) << secret;
}

}  // namespace
}  // namespace hearth::ui
