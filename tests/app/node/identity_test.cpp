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

TEST_F(IdentityTest, AKeysWeightIsKeptAndReachesItsRequests) {
    const auto plain = client()->post("/api/v1/keys", {{"name", "plain"}});
    ASSERT_TRUE(plain.ok()) << plain.error().text();
    EXPECT_EQ(plain->at("weight"), 1.0);
    const auto heavy = client()->post("/api/v1/keys", {{"name", "heavy"}, {"weight", 4}});
    ASSERT_TRUE(heavy.ok()) << heavy.error().text();
    EXPECT_EQ(heavy->at("weight"), 4.0);
    const auto list = client()->get("/api/v1/keys");
    ASSERT_TRUE(list.ok());
    EXPECT_THAT(list->at("data"),
                testing::Contains(testing::ResultOf([](const json& key) { return key.at("id"); },
                                                    heavy->at("id"))));
    RequestHead head;
    head.headers.add("Authorization", "Bearer " + heavy->at("key").get<std::string>());
    const auto principal = node->accounts().resolve(head);
    ASSERT_TRUE(principal.ok()) << principal.error().text();
    EXPECT_EQ(principal->weight, 4.0);
    for (const json& wrong : {json(0), json(-1), json(101), json("2")}) {
        const auto refused = client()->post("/api/v1/keys", {{"name", "k"}, {"weight", wrong}});
        ASSERT_FALSE(refused.ok());
        EXPECT_EQ(refused.error().code, core::ErrorCode::InvalidArgument) << wrong;
    }
}

TEST_F(IdentityTest, OnlyWhoManagesUsersGivesAKeyMoreThanOthersHave) {
    const auto maker = client()->post(
        "/api/v1/keys", {{"name", "maker"}, {"permissions", {"models.use", "keys.manage"}}});
    ASSERT_TRUE(maker.ok()) << maker.error().text();
    const auto as = client(maker->at("key"));
    const json light = {{"name", "light"}, {"permissions", {"models.use"}}, {"weight", 0.5}};
    EXPECT_TRUE(as->post("/api/v1/keys", light).ok());
    const json heavy = {{"name", "heavy"}, {"permissions", {"models.use"}}, {"weight", 1.5}};
    const auto refused = as->post("/api/v1/keys", heavy);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, core::ErrorCode::PermissionDenied);
}

}  // namespace
}  // namespace hearth::app
