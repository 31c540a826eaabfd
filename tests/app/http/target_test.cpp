#include "app/api/http/target.h"

#include <gtest/gtest.h>

namespace hearth::test {
namespace {

TEST(TargetTest, DecodesSegmentsAndQuery) {
    const auto target = app::parseTarget("/v1/a%2Fb/%C3%A4+x?q=a+b%26c&flag&empty=&q=2&&");
    ASSERT_TRUE(target.ok());
    EXPECT_EQ(target->path, "/v1/a%2Fb/%C3%A4+x");
    EXPECT_EQ(target->segments, (std::vector<std::string>{"v1", "a/b", "\xc3\xa4+x"}));
    EXPECT_EQ(target->query.count("q"), 2U);
    EXPECT_EQ(target->query.find("q")->second, "a b&c");
    EXPECT_EQ(target->query.find("flag")->second, "");
    EXPECT_EQ(target->query.size(), 4U);
}

TEST(TargetTest, RefusesWhatIsNotAPlainPath) {
    for (const char* text :
         {"", "a", "*", "http://a/b", "/%", "/%4", "/%zz", "/%00", "/a%0d", "/%ff", "/%c0%ae",
          "/%ed%a0%80", "/a/../b", "/a/%2e%2E", "/./a", "/a/.", "/a?x=%", "/a?%00=1", "/a?x=%fe"})
        EXPECT_FALSE(app::parseTarget(text).ok()) << text;
}

}  // namespace
}  // namespace hearth::test
