// What a node's data directory on this computer tells its owner: where the node is, how to know it
// and a key to it.
#pragma once
#include <QByteArray>
#include <QString>
#include <QUrl>
#include <optional>

namespace hearth::ui {

struct DataDirectory {
    QUrl url;
    QByteArray certificateSha256;
    QByteArray apiKey;  // never shown, logged or stored elsewhere
};

/// Reads DIR/secrets/cli.json and DIR/tls/server.pem, a few kilobytes. Empty with `error` set, in
/// words for people, when it is no node's directory or not ours to read.
std::optional<DataDirectory> readDataDirectory(const QString& path, QString* error);

/// DIR with "~" and relative parts resolved.
QString cleanDirectory(const QString& path);

}  // namespace hearth::ui
