// An answer's bytes as JSON, without holding up the window.
#pragma once
#include <QByteArray>
#include <QJsonObject>
#include <functional>
#include <optional>

class QObject;

namespace hearth::ui {

/// Nothing when it is not one JSON object. No bytes read as an empty object.
std::optional<QJsonObject> parseJsonObject(const QByteArray& bytes);

/// Calls `then` in the thread of `context`: at once for small texts; large ones are parsed by
/// another thread. Not called once `context` is gone.
void parseJsonObject(const QByteArray& bytes, QObject* context,
                     std::function<void(std::optional<QJsonObject>)> then);

}  // namespace hearth::ui
