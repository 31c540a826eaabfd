#include "ui/api_client/certificate_pin.h"

#include <QSslCertificate>

namespace hearth::ui {

QByteArray fingerprintOf(const QSslCertificate& certificate) {
    return certificate.isNull() ? QByteArray()
                                : certificate.digest(QCryptographicHash::Sha256).toHex();
}

bool matchesPin(const QSslCertificate& certificate, const QByteArray& pinnedSha256) {
    return !certificate.isNull() && !pinnedSha256.isEmpty() &&
           fingerprintOf(certificate) == pinnedSha256.toLower();
}

QString readableFingerprint(const QByteArray& sha256) {
    constexpr int kGroup = 4;
    constexpr int kGroupsInLine = 8;
    QString text;
    for (int i = 0; i < sha256.size(); i += kGroup) {
        if (i > 0)
            text += i % (kGroup * kGroupsInLine) == 0 ? '\n' : ' ';
        text += QString::fromLatin1(sha256.mid(i, kGroup)).toUpper();
    }
    return text;
}

}  // namespace hearth::ui
