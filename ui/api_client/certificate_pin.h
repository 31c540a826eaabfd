// The identity of a node: the SHA-256 of its certificate.
#pragma once
#include <QByteArray>
#include <QString>

class QSslCertificate;

namespace hearth::ui {

/// Of the DER form, lower-case hex; empty for no certificate.
QByteArray fingerprintOf(const QSslCertificate& certificate);

/// False when either is empty.
bool matchesPin(const QSslCertificate& certificate, const QByteArray& pinnedSha256);

/// Upper case in groups of four, eight a line, for comparison by eye.
QString readableFingerprint(const QByteArray& sha256);

}  // namespace hearth::ui
