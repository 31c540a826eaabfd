#include "ui/api_client/node_address.h"

#include <gtest/gtest.h>

namespace hearth::ui {
namespace {

TEST(NodeAddress, TakesWhatPeopleType) {
    const QVector<std::pair<const char*, const char*>> cases = {
        {"node.example", "https://node.example:8443"},
        {" 10.0.0.5:9000 ", "https://10.0.0.5:9000"},
        {"https://node.example/", "https://node.example:8443"},
        {"https://node.example:443/v1", "https://node.example:443"},
        {"::1", "https://[::1]:8443"},
        {"[::1]:9000", "https://[::1]:9000"}};
    for (const auto& [typed, url] : cases) {
        QString error;
        const auto found = nodeUrlFrom(typed, &error);
        ASSERT_TRUE(found) << typed << ": " << error.toStdString();
        EXPECT_EQ(found->toString(), url);
    }
}

TEST(NodeAddress, SaysWhatIsWrong) {
    for (const char* bad : {"", "http://node", "node:0", "node:99999", "https://", "u:p@node",
                            "node?x=1", "two words"}) {
        QString error;
        EXPECT_FALSE(nodeUrlFrom(bad, &error)) << bad;
        EXPECT_FALSE(error.isEmpty()) << bad;
    }
}

}  // namespace
}  // namespace hearth::ui
