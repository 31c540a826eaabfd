#include "ui/pages/datasets/row_messages.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QStringList>

namespace hearth::ui {
namespace {

struct Rows {
    Q_DECLARE_TR_FUNCTIONS(DatasetsPage)
};

constexpr qsizetype kPreviewLength = 300;

QString compact(const QJsonValue& value) {
    if (value.isObject())
        return QString::fromUtf8(QJsonDocument(value.toObject()).toJson());
    if (value.isArray())
        return QString::fromUtf8(QJsonDocument(value.toArray()).toJson());
    return value.toVariant().toString();
}

/// A string, or OpenAI's list of parts of which the texts count.
QString contentText(const QJsonValue& content) {
    if (!content.isArray())
        return content.isNull() || content.isUndefined() ? QString() : compact(content);
    QStringList texts;
    for (const QJsonValue& part : content.toArray())
        texts << (part.isObject() ? part.toObject().value("text").toString() : compact(part));
    return texts.join(u'\n');
}

RowMessage messageFrom(const QJsonObject& json) {
    RowMessage message{.role = json.value("role").toString(),
                       .text = contentText(json.value("content")),
                       .learned = json.value("weight").toDouble(1) != 0};
    if (json.contains("tool_calls"))
        message.text += (message.text.isEmpty() ? "" : "\n") + compact(json.value("tool_calls"));
    return message;
}

/// "value" or ["a", "b"], one a line.
QString listed(const QJsonValue& value) {
    return value.isArray() ? contentText(value) : compact(value);
}

QString oneLine(const QString& text) {
    return text.left(kPreviewLength).simplified();
}

}  // namespace

QVector<RowMessage> messagesOf(const QJsonObject& row) {
    QVector<RowMessage> messages;
    for (const QJsonValue& message : row.value("messages").toArray())
        messages.append(messageFrom(message.toObject()));
    for (const char* role : {"prompt", "question", "expected", "alternatives", "chosen", "rejected",
                             "completion", "text"}) {
        if (row.contains(QLatin1String(role)))
            messages.append({.role = role, .text = listed(row.value(QLatin1String(role)))});
    }
    return messages;
}

QString roleText(const QString& role) {
    if (role == "system" || role == "developer")
        return Rows::tr("System");
    if (role == "user")
        return Rows::tr("User");
    if (role == "assistant")
        return Rows::tr("Assistant");
    if (role == "tool")
        return Rows::tr("Tool");
    if (role == "question")
        return Rows::tr("Question");
    if (role == "expected")
        return Rows::tr("Expected answer");
    if (role == "alternatives")
        return Rows::tr("Also right");
    if (role == "prompt")
        return Rows::tr("Prompt");
    if (role == "chosen")
        return Rows::tr("Preferred answer");
    if (role == "rejected")
        return Rows::tr("Rejected answer");
    return role;
}

RowPreview previewOf(const QJsonObject& row) {
    RowPreview preview;
    for (const RowMessage& message : messagesOf(row)) {
        const bool asks = message.role == "user" || message.role == "question" ||
                          message.role == "prompt" || message.role == "text";
        const bool answers =
            message.role == "assistant" || message.role == "expected" || message.role == "chosen";
        if (asks && preview.text.isEmpty())
            preview.text = oneLine(message.text);
        else if (answers && preview.note.isEmpty())
            preview.note = oneLine(message.text);
    }
    if (preview.text.isEmpty() && preview.note.isEmpty())
        preview.text =
            oneLine(QString::fromUtf8(QJsonDocument(row).toJson(QJsonDocument::Compact)));
    return preview;
}

}  // namespace hearth::ui
