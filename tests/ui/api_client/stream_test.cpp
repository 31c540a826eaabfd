#include <gtest/gtest.h>

#include "tests/ui/support/await.h"
#include "tests/ui/support/fake_node.h"
#include "ui/api_client/node_api.h"

namespace hearth::ui {
namespace {

using Kind = ApiFailure::Kind;

QJsonObject piece(const QString& text) {
    return {{"choices", QJsonArray{QJsonObject{{"delta", QJsonObject{{"content", text}}}}}}};
}

class StreamTest : public testing::Test {
protected:
    StreamTest() { client.setNode(node.url(), node.fingerprint()); }

    QPointer<ApiCall> chat() {
        return api.chat(
            {{"model", "m"}}, &context, [this](const ChatDelta& delta) { text += delta.text; },
            end.then());
    }
    void answer(const FakeAnswer& answer) { node.answer("POST", "/v1/chat/completions", answer); }

    FakeNode node;
    ApiClient client;
    NodeApi api{client};
    QObject context;
    QString text;
    Awaited<Nothing> end;
};

TEST_F(StreamTest, BringsPiecesInOrderAndEndsOnce) {
    answer(FakeAnswer::events({piece("안"), piece("녕"), piece("!")}, 20));
    chat();
    ASSERT_TRUE(end.wait());
    EXPECT_TRUE(end->ok());
    EXPECT_EQ(text, "안녕!");
    QTest::qWait(100);
    EXPECT_EQ(end.calls(), 1);
    const QJsonObject asked = node.requests().constFirst().json();
    EXPECT_TRUE(asked.value("stream").toBool());
    EXPECT_TRUE(asked.value("stream_options").toObject().value("include_usage").toBool());
}

TEST_F(StreamTest, ReadsTheLastEventsUsage) {
    std::optional<qint64> tokens;
    QString reason;
    const QJsonObject closing{{"choices", QJsonArray{QJsonObject{{"delta", QJsonObject()},
                                                                 {"finish_reason", "length"}}}}};
    const QJsonObject usage{{"choices", QJsonArray()},
                            {"usage", QJsonObject{{"prompt_tokens", 5}, {"completion_tokens", 9}}}};
    answer(FakeAnswer::events({closing, usage}));
    api.chat(
        {}, &context,
        [&](const ChatDelta& delta) {
            if (!delta.finishReason.isEmpty())
                reason = delta.finishReason;
            if (delta.completionTokens)
                tokens = delta.completionTokens;
        },
        end.then());
    ASSERT_TRUE(end.wait());
    EXPECT_EQ(reason, "length");
    EXPECT_EQ(tokens, 9);
}

TEST_F(StreamTest, AStreamWithoutItsEndBrokeOff) {
    for (const bool lastChunkMissing : {true, false}) {
        FakeAnswer broken = FakeAnswer::events({piece("half")}, 10);
        broken.stream.removeLast();
        broken.breaksOff = lastChunkMissing;
        answer(broken);
        end = {};
        text.clear();
        chat();
        ASSERT_TRUE(end.wait());
        ASSERT_FALSE(end->ok());
        EXPECT_EQ(end->failure().kind, Kind::Unreachable);
        EXPECT_EQ(text, "half");
    }
}

TEST_F(StreamTest, AnErrorInTheMiddleEndsIt) {
    answer(FakeAnswer::events(
        {piece("half"),
         {{"error", QJsonObject{{"code", "internal_error"}, {"message", "it broke"}}}}}));
    chat();
    ASSERT_TRUE(end.wait());
    ASSERT_FALSE(end->ok());
    EXPECT_EQ(end->failure().kind, Kind::Broken);
    EXPECT_EQ(end->failure().message, "it broke");
    EXPECT_EQ(end->failure().requestId, "req-fake");
    EXPECT_EQ(text, "half");
}

TEST_F(StreamTest, ARefusalIsNoStream) {
    answer(FakeAnswer::error(404, "model_not_found", "no such model", "model"));
    chat();
    ASSERT_TRUE(end.wait());
    EXPECT_EQ(end->failure().kind, Kind::NotFound);
    EXPECT_EQ(end->failure().code, "model_not_found");
}

TEST_F(StreamTest, CommentsKeepItAlive) {
    FakeAnswer slow;
    for (int i = 0; i < 6; ++i)
        slow.stream.append({": still here\n\n", 60});
    slow.stream.append({"data: {\"choices\":[]}\n\ndata: [DONE]\n\n"});
    node.answer("POST", "/x", slow);
    client.stream(
        {.method = "POST", .path = "/x", .timeoutMs = 200}, &context, [](const QJsonObject&) {},
        end.then());
    ASSERT_TRUE(end.wait());
    EXPECT_TRUE(end->ok());
}

TEST_F(StreamTest, LeavingInTheMiddleClosesTheConnection) {
    answer(FakeAnswer::events({piece("a"), piece("b"), piece("c")}, 100));
    QPointer<ApiCall> call;
    call = api.chat(
        {}, &context,
        [&](const ChatDelta& delta) {
            text += delta.text;
            if (call)
                call->abort();
        },
        end.then());
    ASSERT_TRUE(QTest::qWaitFor([&] { return !text.isEmpty(); }, 5000));
    QTest::qWait(400);
    EXPECT_EQ(text, "a");
    EXPECT_EQ(end.calls(), 0);
    EXPECT_EQ(node.openConnections(), 0);
}

TEST_F(StreamTest, ManyStreamsHoldNobodyUp) {
    node.answer("GET", "/x", QJsonObject{});
    answer(FakeAnswer::events({piece("a"), piece("b")}, 3'000));
    for (int i = 0; i < 10; ++i)
        chat();
    QTest::qWait(300);
    Awaited<QJsonObject> quick;
    client.send({.path = "/x"}, &context, quick.then());
    ASSERT_TRUE(quick.wait(2'000));
    EXPECT_TRUE(quick->ok());
}

TEST_F(StreamTest, UploadsAFileAsAForm) {
    QTemporaryDir directory;
    const QString path = directory.filePath("데이터 \"1\".jsonl");
    QFile file(path);
    ASSERT_TRUE(file.open(QIODevice::WriteOnly));
    const QByteArray content = QByteArray("{\"line\":1}\n").repeated(100'000);
    file.write(content);
    file.close();
    node.answer("POST", "/v1/files", QJsonObject{{"id", "file-1"}, {"lines", 100'000}});
    Awaited<DataFile> stored;
    qint64 lastSent = 0, lastTotal = 0;
    api.uploadFile(
        "fine-tune", path, &context,
        [&](qint64 sent, qint64 total) {
            EXPECT_GE(sent, lastSent);
            lastSent = sent;
            lastTotal = total;
        },
        stored.then());
    ASSERT_TRUE(stored.wait(30'000));
    ASSERT_TRUE(stored->ok()) << stored->failure().message.toStdString();
    EXPECT_EQ((**stored).id, "file-1");
    EXPECT_EQ(lastSent, lastTotal);
    const FakeRequest& request = node.requests().constFirst();
    EXPECT_TRUE(request.headers.value("content-type").startsWith("multipart/form-data; boundary="));
    EXPECT_TRUE(request.body.contains("name=\"purpose\"\r\n\r\nfine-tune\r\n"));
    EXPECT_TRUE(request.body.contains(QString("filename=\"데이터 %221%22.jsonl\"").toUtf8()));
    EXPECT_TRUE(request.body.contains("\r\n\r\n" + content + "\r\n--"));
    EXPECT_TRUE(request.body.endsWith("--\r\n"));
}

TEST_F(StreamTest, AnUploadThatBreaksOffIsNotRepeated) {
    QTemporaryFile file;
    ASSERT_TRUE(file.open());
    file.write("{}\n");
    file.flush();
    node.answer("POST", "/v1/files", FakeAnswer{.closes = true});
    Awaited<DataFile> stored;
    api.uploadFile("evals", file.fileName(), &context, {}, stored.then());
    ASSERT_TRUE(stored.wait());
    EXPECT_EQ(stored->failure().kind, Kind::Unreachable);
    EXPECT_EQ(node.count("POST", "/v1/files"), 1);
}

TEST_F(StreamTest, AFileThatCannotBeReadIsSaidSo) {
    for (const char* path : {"/nowhere/at.jsonl", "/tmp"}) {
        Awaited<DataFile> stored;
        api.uploadFile("evals", path, &context, {}, stored.then());
        EXPECT_EQ(stored.calls(), 0);
        ASSERT_TRUE(stored.wait());
        EXPECT_EQ(stored->failure().kind, Kind::Refused);
        EXPECT_EQ(stored->failure().param, "file");
    }
}

}  // namespace
}  // namespace hearth::ui
