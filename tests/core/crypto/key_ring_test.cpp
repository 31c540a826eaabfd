#include "core/crypto/key_ring.h"

#include <gtest/gtest.h>

#include "core/crypto/random.h"
#include "tests/support/temp_dir.h"

namespace hearth::core {
namespace {

bool same(const Result<SecureBytes>& found, const SecureBytes& key) {
    return found && equalConstantTime(found->span(), key.span());
}

TEST(KeyRingTest, AKeyOpensItsFolderWhileItIsHeld) {
    const test::TempDir folder;
    const SecureBytes key = randomKey();
    KeyRing ring;
    EXPECT_EQ(ring.find(folder / "file").error().code, ErrorCode::PermissionDenied);
    {
        const auto held = ring.hold(folder.path(), key);
        EXPECT_TRUE(same(ring.find(folder / "file"), key));
        EXPECT_TRUE(same(ring.find(folder.path() / "." / "x" / ".." / "file"), key));
        EXPECT_FALSE(ring.find(folder / "below/file").ok());
        EXPECT_FALSE(ring.find(folder.path().parent_path() / "file").ok());
    }
    EXPECT_FALSE(ring.find(folder / "file").ok());
}

TEST(KeyRingTest, TwoWhoHoldOneKeyDoNotDisturbEachOther) {
    const test::TempDir folder;
    const SecureBytes key = randomKey();
    KeyRing ring;
    auto first = std::make_unique<KeyRing::Held>(ring.hold(folder.path(), key));
    const auto second = ring.hold(folder.path() / "", key);  // the same folder, spelled otherwise
    first.reset();
    EXPECT_TRUE(same(ring.find(folder / "file"), key));
}

}  // namespace
}  // namespace hearth::core
