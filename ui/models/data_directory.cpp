#include "ui/models/data_directory.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSslCertificate>

#include "ui/api_client/certificate_pin.h"
#include "ui/models/profiles.h"

namespace hearth::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(DataDirectory)
};

// Both files have a few kilobytes; whatever is larger is something else.
constexpr qint64 kMaxFile = 64 << 10;

std::optional<QByteArray> contentOf(const QString& path, QString* error) {
    const QFileInfo info(path);
    if (!info.exists() && info.dir().exists() && !QFileInfo(info.path()).isReadable()) {
        *error = Words::tr(
                     "You may not read %1. Start the console as the user that owns the "
                     "node.")
                     .arg(info.path());
        return std::nullopt;
    }
    if (!info.isFile()) {
        *error = Words::tr(
                     "There is no node in this folder: %1 is missing. Choose the folder "
                     "that was given to “hearth node init”.")
                     .arg(info.filePath());
        return std::nullopt;
    }
    QFile file(path);
    if (info.size() > kMaxFile || !file.open(QIODevice::ReadOnly)) {
        *error = Words::tr(
                     "%1 cannot be read: %2. Start the console as the user that owns the "
                     "node.")
                     .arg(path, file.errorString());
        return std::nullopt;
    }
    return file.read(kMaxFile);
}

}  // namespace

std::optional<DataDirectory> readDataDirectory(const QString& path, QString* error) {
    const QDir directory(cleanDirectory(path));
    if (path.isEmpty() || !directory.exists()) {
        *error = Words::tr("This folder does not exist.");
        return std::nullopt;
    }
    const auto profile = contentOf(directory.filePath("secrets/cli.json"), error);
    if (!profile)
        return std::nullopt;
    const auto pem = contentOf(directory.filePath("tls/server.pem"), error);
    if (!pem)
        return std::nullopt;
    const QJsonObject fields = QJsonDocument::fromJson(*profile).object();
    const DataDirectory found{.url = QUrl(fields.value("url").toString()),
                              .certificateSha256 = fingerprintOf(QSslCertificate(*pem)),
                              .apiKey = fields.value("api_key").toString().toLatin1()};
    if (found.url.scheme() != "https" || found.certificateSha256.isEmpty() ||
        found.apiKey.isEmpty()) {
        *error = Words::tr(
            "The files of the node in this folder are damaged. Check it with "
            "“hearth node verify”.");
        return std::nullopt;
    }
    return found;
}

std::optional<NodeProfile> profileOfDirectory(const QString& dataDirectory, QString* error) {
    const auto found = readDataDirectory(dataDirectory, error);
    if (!found)
        return std::nullopt;
    const QString path = cleanDirectory(dataDirectory);
    return NodeProfile{.name = QDir(path).dirName(),
                       .url = found->url,
                       .pinnedSha256 = found->certificateSha256,
                       .dataDirectory = path};
}

QString cleanDirectory(const QString& path) {
    const QString whole =
        path == "~" || path.startsWith("~/") ? QDir::homePath() + path.mid(1) : path;
    return QDir::cleanPath(QDir(whole).absolutePath());
}

}  // namespace hearth::ui
