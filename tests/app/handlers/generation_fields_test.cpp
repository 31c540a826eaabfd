#include "app/api/handlers/generation_fields.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace hearth::app {
namespace {

using engine::Priority;
using nlohmann::json;

engine::GenerationRequest requestOf(const Principal& principal, json body = json::object()) {
    body["model"] = "m";
    const auto fields = readGenerationFields(body).valueOrThrow();
    return makeGenerationRequest(fields, 0, principal, {1, 2}, 5, {});
}

Principal person(const std::string& user, const std::string& department) {
    return {.kind = PrincipalKind::User,
            .id = "session-" + user,
            .userId = user,
            .departmentId = department,
            .permissions = {}};
}

TEST(GenerationFields, ADepartmentSharesItsCacheAndNobodyElseDoes) {
    const auto salt = [](const std::string& user, const std::string& department) {
        return requestOf(person(user, department)).cache_salt;
    };
    EXPECT_EQ(salt("kim", "sales"), salt("lee", "sales"));
    EXPECT_NE(salt("kim", "sales"), salt("kim", "works"));
    EXPECT_NE(salt("kim", ""), salt("lee", ""));
    EXPECT_NE(salt("sales", ""), salt("kim", "sales"));
}

TEST(GenerationFields, TheUserIsChargedWhateverKeyAsks) {
    Principal key = person("kim", "sales");
    key.kind = PrincipalKind::ApiKey;
    key.id = "key-7";
    EXPECT_EQ(requestOf(key).principal, requestOf(person("kim", "sales")).principal);
    EXPECT_NE(requestOf(key).principal, requestOf(person("lee", "sales")).principal);
}

TEST(GenerationFields, AKeysWeightIsItsRequestsOwn) {
    Principal key = person("kim", "sales");
    EXPECT_EQ(requestOf(key).weight, 1.0);
    key.weight = 2.5;
    EXPECT_EQ(requestOf(key).weight, 2.5);
}

TEST(GenerationFields, FlexWorkWaitsForTheRest) {
    const Principal kim = person("kim", "sales");
    EXPECT_EQ(requestOf(kim).priority, Priority::Interactive);
    EXPECT_EQ(requestOf(kim, {{"service_tier", "auto"}}).priority, Priority::Interactive);
    EXPECT_EQ(requestOf(kim, {{"service_tier", nullptr}}).priority, Priority::Interactive);
    EXPECT_EQ(requestOf(kim, {{"service_tier", "flex"}}).priority, Priority::Batch);
    const auto wrong = readGenerationFields({{"model", "m"}, {"service_tier", 1}});
    ASSERT_FALSE(wrong.ok());
    EXPECT_EQ(wrong.error().context, "service_tier");
}

}  // namespace
}  // namespace hearth::app
