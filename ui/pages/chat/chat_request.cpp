#include "ui/pages/chat/chat_request.h"

#include <QJsonArray>
#include <QJsonDocument>

#include "core/api/paths.h"

namespace hearth::ui {
namespace {

QString roleName(ChatMessage::Role role) {
    switch (role) {
        case ChatMessage::Role::System:
            return "system";
        case ChatMessage::Role::User:
            return "user";
        case ChatMessage::Role::Assistant:
            return "assistant";
    }
    return {};
}

QJsonObject messageJson(const ChatMessage& message) {
    return {{"role", roleName(message.role)}, {"content", message.text}};
}

}  // namespace

QJsonObject chatRequest(const QString& model, const ChatParameters& parameters,
                        const QVector<ChatMessage>& messages) {
    QJsonArray list;
    if (!parameters.systemPrompt.trimmed().isEmpty())
        list.append(messageJson({ChatMessage::Role::System, parameters.systemPrompt}));
    for (const ChatMessage& message : messages)
        list.append(messageJson(message));
    QJsonObject request{{"model", model},
                        {"messages", list},
                        {"temperature", parameters.temperature},
                        {"top_p", parameters.topP},
                        {"max_tokens", parameters.maxTokens}};
    if (parameters.seed)
        request["seed"] = *parameters.seed;
    return request;
}

QString shellQuoted(const QString& text) {
    QString inner = text;
    return '\'' + inner.replace('\'', "'\\''") + '\'';
}

QString asCurl(const QUrl& node, const QString& caFile, const QJsonObject& request) {
    QUrl url = node;
    url.setPath(QString::fromUtf8(core::paths::kChatCompletions.data(),
                                  qsizetype(core::paths::kChatCompletions.size())));
    const QString body = QString::fromUtf8(QJsonDocument(request).toJson(QJsonDocument::Compact));
    return QStringList{
        "curl --cacert " + shellQuoted(caFile) + ' ' +
            shellQuoted(QString::fromLatin1(url.toEncoded())),
        // Double quotes: the shell puts the key in, and it stays out of the history.
        "  -H \"Authorization: Bearer $HEARTH_API_KEY\"",
        "  -H 'Content-Type: application/json'",
        "  --data-raw " + shellQuoted(body),
    }
        .join(" \\\n");
}

QJsonObject toJson(const ChatParameters& parameters) {
    QJsonObject json{{"temperature", parameters.temperature},
                     {"top_p", parameters.topP},
                     {"max_tokens", parameters.maxTokens},
                     {"system", parameters.systemPrompt}};
    if (parameters.seed)
        json["seed"] = *parameters.seed;
    return json;
}

ChatParameters chatParametersFrom(const QJsonObject& json) {
    const ChatParameters defaults;
    ChatParameters parameters{
        .temperature = std::clamp(json["temperature"].toDouble(defaults.temperature), 0.0, 2.0),
        .topP = std::clamp(json["top_p"].toDouble(defaults.topP), 0.0, 1.0),
        .maxTokens = std::max(1, json["max_tokens"].toInt(defaults.maxTokens)),
        .seed = {},
        .systemPrompt = json["system"].toString(),
    };
    if (json.contains("seed"))
        parameters.seed = json["seed"].toInteger();
    return parameters;
}

}  // namespace hearth::ui
