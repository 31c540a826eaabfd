#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <set>
#include <thread>

#include "core/crypto/api_key.h"
#include "core/crypto/key_wrap.h"
#include "core/crypto/password.h"
#include "core/crypto/random.h"
#include "core/file.h"
#include "tests/support/temp_dir.h"

namespace hearth::core {
namespace {

TEST(SecureBytesTest, MovesAndCopiesOnlyWhenAsked) {
    SecureBytes a = SecureBytes::copyOf(std::string_view("secret"));
    const SecureBytes copy = SecureBytes::copyOf(a.span());
    const SecureBytes moved = std::move(a);
    EXPECT_EQ(moved.view(), "secret");
    EXPECT_EQ(a.size(), 0u);
    EXPECT_TRUE(equalConstantTime(copy.span(), moved.span()));
    EXPECT_FALSE(equalConstantTime(copy.span(), moved.span().first(5)));
    EXPECT_FALSE(std::is_copy_constructible_v<SecureBytes>);
}

TEST(RandomTest, DoesNotRepeat) {
    std::set<std::string> seen;
    for (int i = 0; i < 1000; ++i)
        seen.insert(randomId("file-"));
    EXPECT_EQ(seen.size(), 1000u);
    EXPECT_EQ(seen.begin()->size(), 29u);
    EXPECT_EQ(randomHex(32).size(), 64u);
}

TEST(PasswordTest, VerifiesOnlyTheRightPassword) {
    const std::string hash = hashPassword("correct horse battery staple");
    EXPECT_TRUE(hash.starts_with("$argon2id$v=19$m=65536,t=3,p=1$")) << hash;
    EXPECT_TRUE(verifyPassword("correct horse battery staple", hash));
    EXPECT_FALSE(verifyPassword("correct horse battery stapl", hash));
    EXPECT_FALSE(verifyPassword("", hash));
    EXPECT_FALSE(verifyPassword(std::string(2000, 'x'), hash));
    EXPECT_FALSE(verifyPassword("x", "not a hash"));
    EXPECT_FALSE(passwordNeedsRehash(hash));
    EXPECT_NE(hash, hashPassword("correct horse battery staple"));
}

TEST(PasswordTest, UnknownUserCostsWhatAKnownOneCosts) {
    using Clock = std::chrono::steady_clock;
    (void)verifyForUnknownUser("warm up");
    const auto start = Clock::now();
    EXPECT_FALSE(verifyForUnknownUser("nobody has this password"));
    // 64 MiB and three passes take tens of milliseconds on any machine; skipping them takes none.
    EXPECT_GT(Clock::now() - start, std::chrono::milliseconds(5));
}

TEST(PasswordTest, MoreThreadsThanSlotsAllFinish) {
    const std::string hash = hashPassword("password-of-many");
    std::atomic<int> right{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 6; ++i)
        threads.emplace_back([&] { right += verifyPassword("password-of-many", hash); });
    for (std::thread& thread : threads)
        thread.join();
    EXPECT_EQ(right, 6);
}

TEST(PasswordTest, LengthIsTheOnlyRule) {
    EXPECT_TRUE(checkNewPassword("aaaaaaaa").ok());
    EXPECT_TRUE(checkNewPassword(std::string(64, 'p')).ok());
    EXPECT_FALSE(checkNewPassword("aaaaaaa").ok());
    EXPECT_FALSE(checkNewPassword(std::string(1025, 'p')).ok());
}

TEST(ApiKeyTest, GeneratedKeysAreWellFormed) {
    const NewApiKey key = generateApiKey();
    EXPECT_TRUE(isWellFormedApiKey(key.secret));
    EXPECT_EQ(key.secret.size(), 39u);
    EXPECT_TRUE(key.secret.starts_with(key.prefix));
    EXPECT_EQ(key.prefix.size(), 11u);
    EXPECT_EQ(key.hash, apiKeyHash(key.secret));
    EXPECT_NE(key.secret, generateApiKey().secret);
}

// CRC-32 of thirty zeros, worked out with Python: zlib.crc32(b"0" * 30) = 2011552642, which is
// 2C8GjS in base 62 with the digits 0-9A-Za-z.
TEST(ApiKeyTest, ChecksumIsCrc32InBase62) {
    const std::string body(30, '0');
    EXPECT_TRUE(isWellFormedApiKey("hk_" + body + "2C8GjS"));
}

TEST(ApiKeyTest, EveryChangedCharacterIsNoticed) {
    const std::string secret = generateApiKey().secret;
    for (std::size_t i = 0; i < secret.size(); ++i) {
        std::string changed = secret;
        changed[i] = changed[i] == 'a' ? 'b' : 'a';
        EXPECT_FALSE(isWellFormedApiKey(changed)) << i;
    }
    EXPECT_FALSE(isWellFormedApiKey(""));
    EXPECT_FALSE(isWellFormedApiKey(secret + "0"));
    EXPECT_FALSE(isWellFormedApiKey(secret.substr(1)));
}

TEST(SessionTokenTest, HasEnoughBitsAndIsStoredHashed) {
    const std::string token = newSessionToken();
    EXPECT_EQ(token.size(), 43u);
    EXPECT_NE(sessionTokenHash(token), token);
    EXPECT_EQ(sessionTokenHash(token), sessionTokenHash(token));
}

TEST(KeyWrapTest, OpensOnlyWithItsMasterKeyAndItsObject) {
    const SecureBytes master = randomKey();
    const SecureBytes data = randomKey();
    std::vector<std::byte> wrapped = wrapKey(master, data, "blob-1");
    EXPECT_TRUE(
        equalConstantTime(unwrapKey(master, wrapped, "blob-1").valueOrThrow().span(), data.span()));
    EXPECT_FALSE(unwrapKey(master, wrapped, "blob-2").ok());
    EXPECT_FALSE(unwrapKey(randomKey(), wrapped, "blob-1").ok());
    EXPECT_FALSE(unwrapKey(master, std::span(wrapped).first(59), "blob-1").ok());
    EXPECT_FALSE(unwrapKey(master, {}, "blob-1").ok());
    for (std::byte& byte : wrapped) {
        byte ^= std::byte{0x10};
        EXPECT_EQ(unwrapKey(master, wrapped, "blob-1").error().code, ErrorCode::DataCorrupt);
        byte ^= std::byte{0x10};
    }
}

TEST(MasterKeyTest, IsPrivateAndNeverReplaced) {
    const test::TempDir dir;
    const auto file = dir / "master.key";
    ASSERT_TRUE(createMasterKey(file).ok());
    struct stat info {};
    ASSERT_EQ(::stat(file.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600u);
    const SecureBytes first = loadMasterKey(file).valueOrThrow();
    EXPECT_EQ(first.size(), 32u);
    EXPECT_EQ(createMasterKey(file).error().code, ErrorCode::AlreadyExists);
    EXPECT_TRUE(equalConstantTime(loadMasterKey(file).valueOrThrow().span(), first.span()));
}

TEST(MasterKeyTest, RefusesWideModesAndDamagedFiles) {
    const test::TempDir dir;
    const auto file = dir / "master.key";
    ASSERT_TRUE(createMasterKey(file).ok());
    for (const mode_t mode : {0640, 0604, 0660, 0610}) {
        ::chmod(file.c_str(), mode);
        EXPECT_EQ(loadMasterKey(file).error().code, ErrorCode::PermissionDenied) << mode;
    }
    ::chmod(file.c_str(), 0600);
    const std::string good = test::slurp(file);
    for (const std::string& bad : {std::string(), good.substr(0, 40), "x" + good.substr(1),
                                   good.substr(0, 30) + "zz" + good.substr(32)}) {
        test::spit(file, bad);
        EXPECT_EQ(loadMasterKey(file).error().code, ErrorCode::DataCorrupt);
    }
    EXPECT_EQ(loadMasterKey(dir / "none").error().code, ErrorCode::NotFound);
}

}  // namespace
}  // namespace hearth::core
