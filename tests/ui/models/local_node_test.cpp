#include "ui/models/local_node.h"

#include <gtest/gtest.h>

#include <QSignalSpy>

#include "tests/ui/support/await.h"
#include "tests/ui/support/fake_session.h"
#include "tests/ui/support/real_node.h"
#include "ui/models/data_directory.h"

namespace hearth::ui {
namespace {

void write(const QString& path, const QByteArray& content) {
    QDir().mkpath(QFileInfo(path).path());
    QFile file(path);
    ASSERT_TRUE(file.open(QIODevice::WriteOnly));
    file.write(content);
}

/// A data directory whose node is `node`.
void writeDirectory(const QString& directory, const FakeNode& node, const QByteArray& key) {
    write(directory + "/secrets/cli.json",
          QJsonDocument(QJsonObject{{"url", node.url().toString()},
                                    {"ca_file", "tls/ca.pem"},
                                    {"api_key", QString::fromLatin1(key)}})
              .toJson());
    write(directory + "/tls/server.pem", node.certificate().toPem());
}

class LocalNodeTest : public testing::Test {
protected:
    void openDirectory(const QString& directory) {
        QString error;
        auto profile = profileOfDirectory(directory, &error);
        ASSERT_TRUE(profile) << error.toStdString();
        fake.profiles.setCurrent(fake.profiles.save(*profile));
    }
    bool comesTo(SessionState state, int timeoutMs = 10'000) {
        return QTest::qWaitFor([&] { return fake.session.state() == state; }, timeoutMs);
    }
    static bool becomes(const LocalNode& node, LocalNode::State state, int timeoutMs = 20'000) {
        return QTest::qWaitFor([&] { return node.state() == state; }, timeoutMs);
    }

    QTemporaryDir root;
    FakeSession fake{FakeSession::Start::NotOpened};
};

TEST_F(LocalNodeTest, ADirectorySignsInByItself) {
    writeDirectory(root.path(), fake.node, "hk_local");
    openDirectory(root.path());
    ASSERT_TRUE(comesTo(SessionState::Ready));
    EXPECT_EQ(fake.node.requests().constFirst().headers.value("authorization"), "Bearer hk_local");
    EXPECT_EQ(fake.localNode.state(), LocalNode::State::Running) << "somebody else started it";
    fake.preferences.settings().sync();
    QFile settings(fake.preferences.settings().fileName());
    ASSERT_TRUE(settings.open(QIODevice::ReadOnly));
    EXPECT_FALSE(settings.readAll().contains("hk_local"));
}

TEST_F(LocalNodeTest, ANodeThatWasMadeAnewIsFollowed) {
    writeDirectory(root.path(), fake.node, "hk_old");
    openDirectory(root.path());
    ASSERT_TRUE(comesTo(SessionState::Ready));
    fake.node.changeCertificate();
    writeDirectory(root.path(), fake.node, "hk_new");
    fake.node.handle("GET", "/api/v1/me", [](const FakeRequest& request) {
        if (request.headers.value("authorization") != "Bearer hk_new")
            return FakeAnswer::error(401, "invalid_api_key", "wrong");
        return FakeAnswer{.json = {{"name", "new"}, {"permissions", QJsonArray{"node.read"}}}};
    });
    fake.watch.refresh();
    EXPECT_TRUE(QTest::qWaitFor([&] { return fake.session.me().name == "new"; }, 10'000));
}

TEST_F(LocalNodeTest, AnotherServerOnItsPortIsNotOfferedForTrust) {
    writeDirectory(root.path(), fake.node, "hk_local");
    fake.node.changeCertificate();
    openDirectory(root.path());
    ASSERT_TRUE(comesTo(SessionState::Unreachable));
    EXPECT_TRUE(fake.session.trouble().contains("Something else"));
    EXPECT_EQ(fake.node.bytesReceived(), 0);
}

TEST_F(LocalNodeTest, AKeyThatIsRefusedIsReadOnceMore) {
    writeDirectory(root.path(), fake.node, "hk_local");
    fake.node.answer("GET", "/api/v1/me", FakeAnswer::error(401, "invalid_api_key", "revoked"));
    openDirectory(root.path());
    ASSERT_TRUE(comesTo(SessionState::SignedOut));
    EXPECT_EQ(fake.node.count("GET", "/api/v1/me"), 2);
}

TEST_F(LocalNodeTest, AMissingFolderIsSaidSo) {
    writeDirectory(root.path() + "/n", fake.node, "hk_local");
    openDirectory(root.path() + "/n");
    ASSERT_TRUE(comesTo(SessionState::Ready));
    QDir(root.path() + "/n").removeRecursively();
    fake.session.open();
    EXPECT_EQ(fake.session.state(), SessionState::Unreachable);
    EXPECT_TRUE(fake.session.lacksDirectory());
}

TEST_F(LocalNodeTest, ADamagedFolderIsNoNode) {
    QString error;
    for (const char* content :
         {"", "{", "{\"url\":\"http://x\",\"api_key\":\"k\"}", "{\"url\":\"https://x\"}"}) {
        writeDirectory(root.path(), fake.node, "hk");
        write(root.path() + "/secrets/cli.json", content);
        EXPECT_FALSE(readDataDirectory(root.path(), &error)) << content;
        EXPECT_TRUE(error.contains("damaged")) << error.toStdString();
    }
    writeDirectory(root.path(), fake.node, "hk");
    write(root.path() + "/tls/server.pem", "no certificate");
    EXPECT_FALSE(readDataDirectory(root.path(), &error));
    write(root.path() + "/tls/server.pem", QByteArray(1 << 20, 'x'));
    EXPECT_FALSE(readDataDirectory(root.path(), &error));
}

TEST_F(LocalNodeTest, AFailingStartShowsItsLastWords) {
    fake.node.stop();
    writeDirectory(root.path() + "/n", fake.node, "hk_local");
    const QString program = root.path() + "/hearthd";
    write(program,
          "#!/bin/sh\nfor i in $(seq 60); do echo line $i; done\n"
          "echo 'hearthd: the port is taken' >&2\nexit 1\n");
    QFile::setPermissions(program, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    openDirectory(root.path() + "/n");
    ASSERT_TRUE(comesTo(SessionState::Unreachable));
    LocalNode local(fake.session, program);
    local.start();
    EXPECT_EQ(local.state(), LocalNode::State::Starting);
    ASSERT_TRUE(becomes(local, LocalNode::State::Failed));
    EXPECT_FALSE(local.failure().isEmpty());
    ASSERT_EQ(local.logTail().size(), 40);
    EXPECT_EQ(local.logTail().constLast(), "hearthd: the port is taken");

    LocalNode absent(fake.session, "/nowhere/hearthd");
    absent.start();
    EXPECT_EQ(absent.state(), LocalNode::State::Failed);
    EXPECT_TRUE(absent.failure().contains("not installed"));
}

class RealNodeTest : public LocalNodeTest {
protected:
    void SetUp() override {
        if (!real.missing().isEmpty())
            GTEST_SKIP() << real.missing().toStdString();
        openDirectory(real.directory());
        ASSERT_TRUE(comesTo(SessionState::Unreachable));
        local.start();
        ASSERT_TRUE(becomes(local, LocalNode::State::Running))
            << local.failure().toStdString() << local.logTail().join('\n').toStdString();
        ASSERT_TRUE(comesTo(SessionState::Ready)) << fake.session.trouble().toStdString();
    }
    /// REQUIRES: nothing else listens to the session's calls.
    template <typename T, typename Call>
    Outcome<T> await(Call call) {
        Awaited<T> answer;
        call(answer.then());
        EXPECT_TRUE(answer.wait(30'000));
        return *answer;
    }

    RealNode real;
    LocalNode local{fake.session, RealNode::program("hearthd")};
    QObject context;
};

TEST_F(RealNodeTest, IsStartedRestartedAndStopped) {
    QSignalSpy restarted(&fake.session, &Session::nodeRestarted);
    ASSERT_TRUE(QTest::qWaitFor([&] { return fake.watch.status().has_value(); }, 10'000));
    const qint64 pid = fake.watch.status()->pid;
    EXPECT_GT(pid, 0);
    local.restart();
    ASSERT_TRUE(becomes(local, LocalNode::State::Stopping));
    ASSERT_TRUE(becomes(local, LocalNode::State::Running, 40'000)) << local.failure().toStdString();
    ASSERT_TRUE(QTest::qWaitFor([&] { return restarted.size() == 1; }, 10'000));
    EXPECT_NE(fake.watch.status()->pid, pid);
    local.stop();
    ASSERT_TRUE(becomes(local, LocalNode::State::Stopped, 40'000)) << local.failure().toStdString();
    EXPECT_EQ(fake.session.state(), SessionState::Unreachable);
    EXPECT_TRUE(fake.session.trouble().contains("stopped"));
}

TEST_F(RealNodeTest, AnswersWhatTheConsoleReads) {
    NodeApi& api = fake.session.api();
    EXPECT_TRUE(fake.session.may(core::Permission::ManageNode));
    const auto status = await<NodeStatus>([&](auto then) { api.status(&context, then); });
    ASSERT_TRUE(status.ok());
    EXPECT_EQ(status->certificateSha256.toLatin1(), fake.session.profile()->pinnedSha256);
    EXPECT_GT(status->memoryTotal, 0);
    EXPECT_GT(status->cores, 0);
    EXPECT_FALSE(status->name.isEmpty());

    const qint64 now = QDateTime::currentSecsSinceEpoch();
    EXPECT_TRUE(await<NodeMetrics>([&](auto then) {
                    api.metrics(now - 600, now, 60, &context, then);
                }).ok());
    EXPECT_TRUE(await<Usage>([&](auto then) { api.usage(now - 600, now, &context, then); }).ok());
    EXPECT_TRUE(await<QVector<Model>>([&](auto then) { api.models(&context, then); }).ok());
    EXPECT_TRUE(await<QVector<Job>>([&](auto then) { api.jobs(&context, then); }).ok());
    EXPECT_TRUE(await<QVector<ModelImport>>([&](auto then) { api.imports(&context, then); }).ok());
    EXPECT_TRUE(await<QVector<Alarm>>([&](auto then) { api.alarms(&context, then); }).ok());
    const auto lines = await<QStringList>([&](auto then) { api.log(50, &context, then); });
    ASSERT_TRUE(lines.ok());
    EXPECT_FALSE(lines->isEmpty());
    const auto missing =
        await<ModelDetails>([&](auto then) { api.model("no/such model", &context, then); });
    ASSERT_FALSE(missing.ok());
    EXPECT_EQ(missing.failure().kind, ApiFailure::Kind::NotFound);
    EXPECT_FALSE(missing.failure().requestId.isEmpty());
}

TEST_F(RealNodeTest, TakesFilesAndKeys) {
    NodeApi& api = fake.session.api();
    const QString path = root.filePath("질문 1.jsonl");
    QByteArray content;
    for (int i = 0; i < 200; ++i)
        content += R"({"messages":[{"role":"user","content":"a+b )" + QByteArray::number(i) +
                   R"("},{"role":"assistant","content":"yes"}]})" + '\n';
    write(path, content);
    const auto stored =
        await<DataFile>([&](auto then) { api.uploadFile("fine-tune", path, &context, {}, then); });
    ASSERT_TRUE(stored.ok()) << stored.failure().message.toStdString();
    EXPECT_EQ(stored->filename, "질문 1.jsonl");
    EXPECT_EQ(stored->lines, 200);
    const auto rows =
        await<DataRows>([&](auto then) { api.rows(stored->id, 0, 10, "a+b 19", &context, then); });
    ASSERT_TRUE(rows.ok()) << rows.failure().message.toStdString();
    EXPECT_EQ(rows->total, 200);
    EXPECT_EQ(rows->matched, 11);  // 19, 190 to 199

    write(path, "{\"messages\":[]}\nno json\n");
    const auto bad =
        await<DataFile>([&](auto then) { api.uploadFile("fine-tune", path, &context, {}, then); });
    ASSERT_FALSE(bad.ok());
    EXPECT_EQ(bad.failure().kind, ApiFailure::Kind::Refused);
    EXPECT_TRUE(
        await<Nothing>([&](auto then) { api.deleteFile(stored->id, &context, then); }).ok());

    const auto key = await<NewApiKey>(
        [&](auto then) { api.createKey("test", {"models.use"}, 7, &context, then); });
    ASSERT_TRUE(key.ok());
    EXPECT_TRUE(key->secret.startsWith("hk_"));
    EXPECT_TRUE(
        await<Nothing>([&](auto then) { api.revokeKey(key->key.id, &context, then); }).ok());
}

// The node answers before it has read everything, and closes soon after.
TEST_F(RealNodeTest, SaysWhyItRefusesALargeFile) {
    local.stop();
    ASSERT_TRUE(becomes(local, LocalNode::State::Stopped, 40'000));
    QFile config(real.directory() + "/config.toml");
    ASSERT_TRUE(config.open(QIODevice::ReadWrite));
    const QByteArray text = config.readAll();
    config.resize(0);
    config.write(QByteArray(text).replace("max_upload_mb = 512", "max_upload_mb = 1"));
    config.close();
    local.start();
    ASSERT_TRUE(becomes(local, LocalNode::State::Running)) << local.failure().toStdString();
    ASSERT_TRUE(comesTo(SessionState::Ready));
    const QString path = root.filePath("large.jsonl");
    write(path, QByteArray(80 << 20, 'x'));
    const auto refused = await<DataFile>(
        [&](auto then) { fake.session.api().uploadFile("fine-tune", path, &context, {}, then); });
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.failure().kind, ApiFailure::Kind::Refused)
        << refused.failure().message.toStdString();
    EXPECT_TRUE(refused.failure().message.contains("max_upload_mb"));
    EXPECT_FALSE(fake.session.isInterrupted());
}

TEST_F(RealNodeTest, LetsPeopleInByPassword) {
    const NodeProfile here = *fake.session.profile();
    fake.profiles.setCurrent(fake.profiles.save({.name = "remote", .url = here.url}));
    ASSERT_TRUE(comesTo(SessionState::CertificateUnknown));
    fake.session.trustOfferedCertificate();
    ASSERT_TRUE(comesTo(SessionState::SignedOut));
    EXPECT_EQ(fake.profiles.current()->pinnedSha256, here.pinnedSha256);
    const auto wrong = await<Nothing>(
        [&](auto then) { fake.session.signIn("admin", "not this one at all", then); });
    ASSERT_FALSE(wrong.ok());
    EXPECT_EQ(wrong.failure().kind, ApiFailure::Kind::SignedOut);
    const auto right =
        await<Nothing>([&](auto then) { fake.session.signIn("admin", RealNode::kPassword, then); });
    ASSERT_TRUE(right.ok()) << right.failure().message.toStdString();
    EXPECT_EQ(fake.session.me().name, "admin");
    EXPECT_EQ(fake.session.me().role, "admin");
    fake.session.signOut();
    EXPECT_EQ(fake.session.state(), SessionState::SignedOut);
}

}  // namespace
}  // namespace hearth::ui
