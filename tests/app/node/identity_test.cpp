#include <gmock/gmock.h>

#include "tests/app/node/node_fixture.h"

namespace hearth::app {
namespace {

using nlohmann::json;
using testing::ElementsAre;

class IdentityTest : public NodeFixture {
protected:
    json me(const std::string& credential) {
        const auto answer = client(credential)->get("/api/v1/me");
        EXPECT_TRUE(answer.ok()) << answer.error().text();
        return answer ? *answer : json();
    }
};

TEST_F(IdentityTest, AUserHasNameRoleAndTheEndOfTheLogin) {
    const auto login =
        client()->post("/api/v1/sessions", {{"name", "admin"}, {"password", password}});
    ASSERT_TRUE(login.ok()) << login.error().text();
    const json self = me(login->at("token"));
    EXPECT_EQ(self.at("object"), "hearth.principal");
    EXPECT_EQ(self.at("kind"), "user");
    EXPECT_EQ(self.at("name"), "admin");
    EXPECT_EQ(self.at("role"), "admin");
    EXPECT_EQ(self.at("id"), login->at("user").at("id"));
    EXPECT_EQ(self.at("user_id"), self.at("id"));
    EXPECT_EQ(self.at("department"), "default");
    EXPECT_EQ(self.at("expires_at"), login->at("expires_at"));
    EXPECT_THAT(self.at("permissions"), testing::Contains("node.manage"));
}

TEST_F(IdentityTest, AKeyHasItsOwnNameAndPermissions) {
    const auto key = client()->post(
        "/api/v1/keys", {{"name", "app"}, {"permissions", {"models.use"}}, {"expires_in_days", 3}});
    ASSERT_TRUE(key.ok()) << key.error().text();
    const json self = me(key->at("key"));
    EXPECT_EQ(self.at("kind"), "api_key");
    EXPECT_EQ(self.at("id"), key->at("id"));
    EXPECT_EQ(self.at("name"), "app");
    EXPECT_EQ(self.at("user_id"), key->at("owner"));
    EXPECT_TRUE(self.at("role").is_null());
    EXPECT_EQ(self.at("expires_at"), key->at("expires_at"));
    EXPECT_THAT(self.at("permissions"), ElementsAre("models.use"));
}

}  // namespace
}  // namespace hearth::app
