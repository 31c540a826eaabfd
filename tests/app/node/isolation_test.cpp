// Two departments over TLS: what one has asked tells the other nothing, neither in usage nor by
// the time that an answer takes, since no part of a prompt is shared.
#include "tests/app/node/node_fixture.h"

namespace hearth::app {
namespace {

using nlohmann::json;

class IsolationTest : public NodeFixture {
protected:
    void SetUp() override {
        NodeFixture::SetUp();
        importReferenceModel();
        node->data().control().executeScript(
            "INSERT INTO departments(id, name, created_at) VALUES('south', 'South', 1);"
            "INSERT INTO users(id, department_id, name, password_hash, role, created_at) VALUES"
            "('sven', 'south', 'sven', '', 'user', 1), ('sara', 'south', 'sara', '', 'user', 1);");
        for (int i = 0; i < 60; ++i)
            m_question += "pump " + std::to_string(i) + ", ";
    }

    std::string keyOf(const std::string& user) {
        const Principal principal{PrincipalKind::User, user, user, "south",
                                  core::PermissionSet::all()};
        const auto key = node->accounts().createKey(principal, {.name = user, .permissions = {}});
        EXPECT_TRUE(key.ok()) << key.error().text();
        return key ? key->secret : "";
    }

    /// Prompt tokens that an answer took from the cache.
    int64_t cached(const std::string& key) {
        const auto answer = client(key)->post(
            "/v1/chat/completions",
            {{"model", "tiny"}, {"messages", userMessage(m_question)}, {"max_tokens", 2}});
        EXPECT_TRUE(answer.ok()) << answer.error().text();
        return answer->at("usage").at("prompt_tokens_details").at("cached_tokens");
    }

private:
    std::string m_question;
};

TEST_F(IsolationTest, APromptIsSharedWithinADepartmentOnly) {
    EXPECT_EQ(cached(localKey), 0);
    EXPECT_GT(cached(localKey), 0);
    const std::string sven = keyOf("sven"), sara = keyOf("sara");
    EXPECT_EQ(cached(sven), 0);  // the other department's prompt is the same
    EXPECT_GT(cached(sven), 0);
    EXPECT_GT(cached(sara), 0);
    EXPECT_GT(cached(localKey), 0);
}

}  // namespace
}  // namespace hearth::app
