#include "ui/pages/chat/chat_request.h"

#include <gtest/gtest.h>

#include <QJsonArray>
#include <QJsonDocument>
#include <QProcess>

namespace hearth::ui {
namespace {

TEST(ChatRequestTest, HoldsWhatWasChosen) {
    const QJsonObject request = chatRequest(
        "hearth-demo",
        {.temperature = 0.5, .topP = 0.9, .maxTokens = 64, .seed = 7, .systemPrompt = "Be short."},
        {{ChatMessage::Role::User, "Hi"},
         {ChatMessage::Role::Assistant, "Hello"},
         {ChatMessage::Role::User, "Again"}});
    EXPECT_EQ(request["model"], "hearth-demo");
    EXPECT_EQ(request["temperature"], 0.5);
    EXPECT_EQ(request["top_p"], 0.9);
    EXPECT_EQ(request["max_tokens"], 64);
    EXPECT_EQ(request["seed"], 7);
    const QJsonArray messages = request["messages"].toArray();
    ASSERT_EQ(messages.size(), 4);
    EXPECT_EQ(messages[0].toObject()["role"], "system");
    EXPECT_EQ(messages[2].toObject()["role"], "assistant");
    EXPECT_EQ(messages[3].toObject()["content"], "Again");
}

TEST(ChatRequestTest, LeavesOutWhatWasNot) {
    const QJsonObject request = chatRequest("m", {}, {{ChatMessage::Role::User, "Hi"}});
    EXPECT_FALSE(request.contains("seed"));
    EXPECT_EQ(request["messages"].toArray().size(), 1);
}

TEST(ChatRequestTest, ParametersSurviveBeingRemembered) {
    const ChatParameters parameters{.temperature = 0.25,
                                    .topP = 0.5,
                                    .maxTokens = 99,
                                    .seed = -3,
                                    .systemPrompt = "한국어로 답해요."};
    EXPECT_EQ(chatParametersFrom(toJson(parameters)), parameters);
    EXPECT_EQ(chatParametersFrom({}), ChatParameters{});
    EXPECT_EQ(chatParametersFrom({{"temperature", 99}, {"max_tokens", -1}}).temperature, 2.0);
}

/// What a shell makes of the words: the only judge of quoting.
QStringList wordsOf(const QString& command) {
    QProcess shell;
    shell.start("/bin/sh",
                {"-c", "curl() { printf '%s\\0' \"$@\"; }; HEARTH_API_KEY=hk_1\n" + command});
    shell.waitForFinished();
    QStringList words = QString::fromUtf8(shell.readAllStandardOutput()).split(QChar(0));
    words.removeLast();
    return words;
}

TEST(ChatRequestTest, CurlSurvivesTheShell) {
    const QString nasty = "it's `id` $HOME \\ \"quoted\"\nsecond line; rm -rf / 한글";
    const QJsonObject request = chatRequest("m", {}, {{ChatMessage::Role::User, nasty}});
    const QStringList words =
        wordsOf(asCurl(QUrl("https://10.0.0.5:8443"), "/srv/it's here/ca.pem", request));
    ASSERT_EQ(words.size(), 9);
    EXPECT_EQ(words[0], "--cacert");
    EXPECT_EQ(words[1], "/srv/it's here/ca.pem");
    EXPECT_EQ(words[2], "https://10.0.0.5:8443/v1/chat/completions");
    EXPECT_EQ(words[4], "Authorization: Bearer hk_1");
    const QJsonObject sent = QJsonDocument::fromJson(words[8].toUtf8()).object();
    EXPECT_EQ(sent, request);
}

}  // namespace
}  // namespace hearth::ui
