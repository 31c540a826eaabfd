#include "core/api/permission.h"

#include <gtest/gtest.h>

namespace hearth::test {
namespace {

using core::Permission;

TEST(PermissionTest, NamesLeadBack) {
    for (const Permission permission : core::grantablePermissions())
        EXPECT_EQ(core::permissionFromName(core::permissionName(permission)), permission);
    EXPECT_FALSE(core::permissionFromName("files.everything"));
}

TEST(PermissionTest, SetHoldsWhatWasAdded) {
    core::PermissionSet set{Permission::ReadFiles};
    EXPECT_TRUE(set.has(Permission::ReadFiles));
    EXPECT_FALSE(set.has(Permission::WriteFiles));
    set.add(Permission::WriteFiles);
    EXPECT_TRUE(set.has(Permission::WriteFiles));
    EXPECT_FALSE(core::PermissionSet::all().has(Permission::Public)) << "cannot be granted";
}

}  // namespace
}  // namespace hearth::test
