#pragma once
#include <QString>
#include <QUrl>
#include <optional>

namespace hearth::ui {

/// What a person types for a node ("node.example", "10.0.0.5:9000", "[::1]", a URL) as its URL,
/// with the usual port where none is given. Empty with `error` set, in words for people.
std::optional<QUrl> nodeUrlFrom(const QString& text, QString* error);

/// Host and port, as shown.
QString placeOf(const QUrl& url);

}  // namespace hearth::ui
