#pragma once
#include <QSslCertificate>
#include <QSslKey>

namespace hearth::ui {

/// Made as a node makes its own (signed by a throw-away CA), once per test program.
struct FakeIdentity {
    QSslCertificate certificate;
    QSslKey key;
};

const FakeIdentity& fakeIdentity();
const FakeIdentity& otherFakeIdentity();

}  // namespace hearth::ui
