#include "ui/models/secret_store.h"

#include <gtest/gtest.h>

#include <QSignalSpy>
#include <QtTest>

namespace hearth::ui {
namespace {

/// What `store` has under `id`; waits for the keychain's refusal where there is one.
QByteArray readFrom(SecretStore& store, const QString& id) {
    QObject context;
    std::optional<QByteArray> secret;
    store.read(id, &context, [&](const QByteArray& value) { secret = value; });
    EXPECT_FALSE(secret) << "never while the call is being made";
    EXPECT_TRUE(QTest::qWaitFor([&] { return secret.has_value(); }, 40'000));
    return secret.value_or("nothing came");
}

TEST(SecretStore, RemembersInMemory) {
    SecretStore store(false);
    EXPECT_FALSE(store.isPersistent());
    EXPECT_EQ(readFrom(store, "a"), "");
    store.write("a", "one");
    store.write("b", "two");
    EXPECT_EQ(readFrom(store, "a"), "one");
    store.remove("a");
    EXPECT_EQ(readFrom(store, "a"), "");
    EXPECT_EQ(readFrom(store, "b"), "two");
}

TEST(SecretStore, DropsAnswersForThoseWhoLeft) {
    SecretStore store(false);
    bool called = false;
    {
        QObject context;
        store.read("a", &context, [&](const QByteArray&) { called = true; });
    }
    QTest::qWait(50);
    EXPECT_FALSE(called);
}

// Test machines have no keychain service, which is the case that matters here.
TEST(SecretStore, WithoutAKeychainItGoesOnInMemory) {
    if (!qgetenv("DBUS_SESSION_BUS_ADDRESS").isEmpty())
        GTEST_SKIP() << "this machine may have a keychain, which a test is not to write to";
    SecretStore store;
    EXPECT_TRUE(store.isPersistent());
    QSignalSpy changed(&store, &SecretStore::persistenceChanged);
    store.write("hearth-test", "one");
    ASSERT_TRUE(QTest::qWaitFor([&] { return !changed.isEmpty(); }, 40'000));
    EXPECT_FALSE(store.isPersistent());
    EXPECT_EQ(changed.size(), 1);
    EXPECT_EQ(readFrom(store, "hearth-test"), "one");
    EXPECT_EQ(readFrom(store, "hearth-other"), "");
    EXPECT_EQ(changed.size(), 1);
}

}  // namespace
}  // namespace hearth::ui
