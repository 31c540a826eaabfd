#include "tests/ui/support/fake_certificates.h"

#include <QFile>
#include <QTemporaryDir>

#include "core/crypto/tls_certificate.h"

namespace hearth::ui {
namespace {

QByteArray contentOf(const std::filesystem::path& path) {
    QFile file(QString::fromStdString(path.string()));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

FakeIdentity makeIdentity() {
    const QTemporaryDir directory;
    const auto files = core::createTlsCertificates(directory.path().toStdString(),
                                                   {"node.example", "localhost", "127.0.0.1"});
    if (!files)
        qFatal("the test's certificates could not be made");
    return {.certificate = QSslCertificate(contentOf(files->serverCertificate)),
            .key = QSslKey(contentOf(files->serverKey), QSsl::Ec)};
}

}  // namespace

const FakeIdentity& fakeIdentity() {
    static const FakeIdentity identity = makeIdentity();
    return identity;
}

const FakeIdentity& otherFakeIdentity() {
    static const FakeIdentity identity = makeIdentity();
    return identity;
}

}  // namespace hearth::ui
