#include "storage/user_repository.h"

#include <gtest/gtest.h>

#include "storage/api_key_repository.h"
#include "storage/session_repository.h"
#include "tests/storage/test_database.h"

namespace hearth::storage {
namespace {

using core::ErrorCode;

class UserRepositoryTest : public ::testing::Test {
protected:
    ApiKey key(const std::string& id, const Owner& owner) {
        ApiKey made;
        made.id = id;
        made.owner = owner;
        made.hash = "hash-" + id;
        made.prefix = "hk_12345678";
        made.name = "name of " + id;
        made.permissions = {"chat", "files"};
        made.createdAt = 100;
        return made;
    }

    TestDatabase m_test;
    UserRepository m_users{*m_test.control};
    SessionRepository m_sessions{*m_test.control};
    ApiKeyRepository m_keys{*m_test.control};
};

TEST_F(UserRepositoryTest, CreatesAndFindsByNameInAnyCase) {
    ASSERT_TRUE(m_users
                    .create({.id = "user-1",
                             .departmentId = "north",
                             .name = "Ada",
                             .passwordHash = "h",
                             .role = Role::Admin,
                             .createdAt = 5})
                    .ok());
    const User user = m_users.findByName("ada").valueOrThrow();
    EXPECT_EQ(user.id, "user-1");
    EXPECT_EQ(user.role, Role::Admin);
    EXPECT_EQ(user.createdAt, 5);
    EXPECT_FALSE(user.lastLoginAt.has_value());
    User again = user;
    again.id = "user-2";
    again.name = "ADA";
    EXPECT_EQ(m_users.create(again).error().code, ErrorCode::AlreadyExists);
    again.name = "Bob";
    again.departmentId = "nowhere";
    EXPECT_EQ(m_users.create(again).error().code, ErrorCode::Conflict);
    EXPECT_EQ(m_users.find("none").error().code, ErrorCode::NotFound);
}

TEST_F(UserRepositoryTest, SystemUserCannotLogIn) {
    const User system = m_users.find("system").valueOrThrow();
    EXPECT_TRUE(system.disabled);
    EXPECT_EQ(system.passwordHash, "");
}

TEST_F(UserRepositoryTest, FailedLoginsBackOffAndAreForgottenAfterSuccess) {
    for (int i = 0; i < 3; ++i)
        ASSERT_TRUE(m_users.recordFailedLogin("nora", 1000).ok());
    EXPECT_EQ(m_users.find("nora")->blockedUntil, 1000);
    ASSERT_TRUE(m_users.recordFailedLogin("nora", 1000).ok());
    EXPECT_EQ(m_users.find("nora")->blockedUntil, 1002);
    for (int i = 0; i < 100; ++i)
        ASSERT_TRUE(m_users.recordFailedLogin("nora", 1000).ok());
    EXPECT_EQ(m_users.find("nora")->blockedUntil, 1300);  // never for good
    ASSERT_TRUE(m_users.recordLogin("nora", 2000).ok());
    EXPECT_EQ(m_users.find("nora")->failedLogins, 0);
    EXPECT_EQ(m_users.find("nora")->lastLoginAt, 2000);
}

TEST_F(UserRepositoryTest, ListsOneDepartmentOrAll) {
    EXPECT_EQ(m_users.list(m_test.seesNorth, {}).items.size(), 1u);
    EXPECT_EQ(m_users.list(m_test.seesAll, {}).items.size(), 3u);
    EXPECT_EQ(m_users.departments().size(), 3u);
}

TEST_F(UserRepositoryTest, DisablingEndsSessionsAndKeysAtOnce) {
    ASSERT_TRUE(m_sessions.create({"token", m_test.north, "10.0.0.1", 100, 200}).ok());
    ASSERT_TRUE(m_keys.create(key("k", m_test.north)).ok());
    ASSERT_TRUE(m_sessions.find("token", 150).ok());
    ASSERT_TRUE(m_keys.findUsable("hash-k", 150).ok());
    ASSERT_TRUE(m_users.setDisabled("nora", true, 160).ok());
    EXPECT_FALSE(m_sessions.find("token", 161).ok());
    EXPECT_FALSE(m_keys.findUsable("hash-k", 161).ok());
    ASSERT_TRUE(m_users.setDisabled("nora", false, 170).ok());
    EXPECT_FALSE(m_keys.findUsable("hash-k", 171).ok());  // revoked stays revoked
}

TEST_F(UserRepositoryTest, AKeyKeepsItsWeight) {
    ApiKey heavy = key("k", m_test.north);
    EXPECT_EQ(heavy.weight, 1.0);
    heavy.weight = 2.5;
    ASSERT_TRUE(m_keys.create(heavy).ok());
    EXPECT_EQ(m_keys.findUsable("hash-k", 150)->weight, 2.5);
}

TEST_F(UserRepositoryTest, SessionsExpireAndCanBeRemoved) {
    ASSERT_TRUE(m_sessions.create({"a", m_test.north, "::1", 100, 200}).ok());
    ASSERT_TRUE(m_sessions.create({"b", m_test.north, "::1", 100, 300}).ok());
    const Session found = m_sessions.find("a", 199).valueOrThrow();
    EXPECT_EQ(found.owner.departmentId, "north");
    EXPECT_EQ(found.address, "::1");
    EXPECT_FALSE(m_sessions.find("a", 200).ok());
    EXPECT_EQ(m_sessions.removeExpired(250), 1);
    m_sessions.remove("b");
    EXPECT_FALSE(m_sessions.find("b", 150).ok());
    EXPECT_FALSE(m_sessions.create({"c", {"nobody", "north"}, "::1", 1, 2}).ok());
}

TEST_F(UserRepositoryTest, KeysStopAtExpiryAndRevocation) {
    ApiKey timed = key("timed", m_test.north);
    timed.expiresAt = 500;
    ASSERT_TRUE(m_keys.create(timed).ok());
    const ApiKey found = m_keys.findUsable("hash-timed", 499).valueOrThrow();
    EXPECT_EQ(found.permissions, timed.permissions);
    EXPECT_EQ(found.name, "name of timed");
    EXPECT_FALSE(m_keys.findUsable("hash-timed", 500).ok());

    ASSERT_TRUE(m_keys.create(key("k", m_test.north)).ok());
    EXPECT_EQ(m_keys.revoke(m_test.seesSouth, "k", 600).error().code, ErrorCode::NotFound);
    ASSERT_TRUE(m_keys.findUsable("hash-k", 601).ok());
    ASSERT_TRUE(m_keys.revoke(m_test.seesNorth, "k", 600).ok());
    EXPECT_FALSE(m_keys.findUsable("hash-k", 600).ok());
    EXPECT_EQ(m_keys.revoke(m_test.seesNorth, "k", 700).error().code, ErrorCode::Conflict);
    EXPECT_EQ(m_keys.find(m_test.seesNorth, "k")->revokedAt, 600);
    EXPECT_EQ(m_keys.create(key("k", m_test.north)).error().code, ErrorCode::AlreadyExists);
}

TEST_F(UserRepositoryTest, KeyUsesNeverGoBack) {
    ASSERT_TRUE(m_keys.create(key("k", m_test.north)).ok());
    m_keys.recordUses({{"k", 50}, {"k", 40}, {"gone", 1}});
    EXPECT_EQ(m_keys.find(m_test.seesAll, "k")->lastUsedAt, 50);
    EXPECT_TRUE(m_keys.list(m_test.seesSouth, {}).items.empty());
    EXPECT_EQ(m_keys.list(m_test.seesNorth, {}).items.size(), 1u);
}

}  // namespace
}  // namespace hearth::storage
