#include "ui/api_client/node_address.h"

#include <QCoreApplication>
#include <QHostAddress>

namespace hearth::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(NodeAddress)
};

constexpr int kUsualPort = 8443;

/// An IPv6 address needs brackets before a port can follow it.
QString withBrackets(const QString& text) {
    const bool bare = QHostAddress(text).protocol() == QAbstractSocket::IPv6Protocol;
    return bare ? '[' + text + ']' : text;
}

}  // namespace

std::optional<QUrl> nodeUrlFrom(const QString& text, QString* error) {
    const QString typed = text.trimmed();
    if (typed.isEmpty()) {
        *error = Words::tr("Type the node's host name or address.");
        return std::nullopt;
    }
    QUrl url(typed.contains("://") ? typed : "https://" + withBrackets(typed), QUrl::StrictMode);
    if (url.isValid() && url.scheme() != "https") {
        *error = Words::tr("A node speaks HTTPS only. Type its address without %1.")
                     .arg(url.scheme() + "://");
        return std::nullopt;
    }
    const bool more = !url.userInfo().isEmpty() || url.hasQuery() || url.hasFragment();
    if (!url.isValid() || url.host().isEmpty() || more || url.port() == 0) {
        *error = Words::tr("This is not an address. It looks like node.example:8443.");
        return std::nullopt;
    }
    url.setPath({});
    if (url.port() < 0)
        url.setPort(kUsualPort);
    return url;
}

QString placeOf(const QUrl& url) {
    const QString host = url.host().contains(':') ? '[' + url.host() + ']' : url.host();
    return url.port() > 0 ? host + ':' + QString::number(url.port()) : host;
}

}  // namespace hearth::ui
