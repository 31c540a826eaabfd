#include "tests/ui/support/fake_session.h"

#include <QtTest>

namespace hearth::ui {
namespace {

void waitUntilReady(Session& session) {
    if (!QTest::qWaitFor([&] { return session.state() == SessionState::Ready; }, 20'000))
        qFatal("the fake session did not become ready");
}

}  // namespace

FakeSession::FakeSession(Start start) {
    node.addUsualRoutes();
    if (start == Start::NotOpened)
        return;
    addProfile();
    session.open();
    waitUntilReady(session);
}

QString FakeSession::addProfile() {
    const QString id = profiles.save({.name = "fake-node",
                                      .url = node.url(),
                                      .pinnedSha256 = node.fingerprint(),
                                      .user = "admin"});
    secrets.write(id, "token-of-the-test");
    profiles.setCurrent(id);
    return id;
}

void FakeSession::permit(const core::PermissionSet& permissions) {
    QJsonArray names;
    for (const core::Permission permission : core::grantablePermissions())
        if (permissions.has(permission))
            names.append(QString::fromStdString(std::string(core::permissionName(permission))));
    node.answer("GET", "/api/v1/me",
                QJsonObject{{"kind", "user"}, {"name", "somebody"}, {"permissions", names}});
    session.open();
    waitUntilReady(session);
}

}  // namespace hearth::ui
