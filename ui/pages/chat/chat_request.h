// What is sent for one answer, and the same as a command line.
#pragma once
#include <QJsonObject>
#include <QString>
#include <QUrl>
#include <QVector>
#include <optional>

namespace hearth::ui {

/// What a first chat starts with. The API draws from the whole distribution (1 and 1) unless told
/// otherwise, as OpenAI's does; at that a small model soon talks nonsense. These two
/// are from SmolLM2's model card.
struct ChatParameters {
    double temperature = 0.2;  // 0..2
    double topP = 0.9;         // 0..1
    int maxTokens = 1024;
    std::optional<qint64> seed;  // none: another one for each answer
    QString systemPrompt;

    bool operator==(const ChatParameters&) const = default;
};

struct ChatMessage {
    enum class Role { System, User, Assistant };
    Role role = Role::User;
    QString text;
};

/// The body of POST /v1/chat/completions. The system prompt goes first, when there is one.
QJsonObject chatRequest(const QString& model, const ChatParameters& parameters,
                        const QVector<ChatMessage>& messages);

/// For POSIX shells: one word, whatever it contains.
QString shellQuoted(const QString& text);

/// The request as a curl command; the key comes from $HEARTH_API_KEY. `caFile`: the node's
/// certificate authority.
QString asCurl(const QUrl& node, const QString& caFile, const QJsonObject& request);

/// For remembering the parameters; unknown or wrong fields fall back to the defaults.
QJsonObject toJson(const ChatParameters& parameters);
ChatParameters chatParametersFrom(const QJsonObject& json);

}  // namespace hearth::ui
