#include "core/api/api_error.h"

#include <gtest/gtest.h>

namespace hearth::test {
namespace {

TEST(ApiErrorTest, RoundTrips) {
    const core::ApiError error{.message = "no \"such\" model\n",
                               .type = "invalid_request_error",
                               .param = "model",
                               .code = "model_not_found"};
    const auto parsed = core::parseApiError(error.toJson());
    ASSERT_TRUE(parsed.ok());
    EXPECT_EQ(parsed->message, error.message);
    EXPECT_EQ(parsed->type, error.type);
    EXPECT_EQ(parsed->param, error.param);
    EXPECT_EQ(parsed->code, error.code);
    EXPECT_EQ(error.toJson().find('\n'), std::string::npos) << "fits one SSE data line";
}

TEST(ApiErrorTest, ProblemsOfLinesGoWithIt) {
    const core::ApiError error{.message = "two bad lines",
                               .type = "t",
                               .param = {},
                               .code = {},
                               .problems = {{3, "no JSON"}, {17, "no \"messages\""}}};
    const auto parsed = core::parseApiError(error.toJson());
    ASSERT_TRUE(parsed.ok());
    ASSERT_EQ(parsed->problems.size(), 2u);
    EXPECT_EQ(parsed->problems[1].line, 17);
    EXPECT_EQ(parsed->problems[1].message, "no \"messages\"");
    const auto odd =
        core::parseApiError(R"({"error":{"message":"m","problems":[7,{"line":"x"},{"line":2}]}})");
    ASSERT_TRUE(odd.ok());
    ASSERT_EQ(odd->problems.size(), 1u);
    EXPECT_EQ(odd->problems[0].line, 2);
}

TEST(ApiErrorTest, SendsNullForWhatIsAbsent) {
    const core::ApiError error{.message = "m", .type = "server_error", .param = {}, .code = {}};
    EXPECT_EQ(error.toJson(),
              R"({"error":{"code":null,"message":"m","param":null,"type":"server_error"}})");
}

TEST(ApiErrorTest, SurvivesTextThatIsNotUtf8) {
    const core::ApiError error{.message = "a\xff", .type = "t", .param = {}, .code = {}};
    EXPECT_EQ(core::parseApiError(error.toJson())->message, "a\xef\xbf\xbd");
}

TEST(ApiErrorTest, OtherAnswersAreRefused) {
    for (const char* text : {"", "<html>", "[]", "{}", R"({"error":"text"})", R"({"error":{}})"})
        EXPECT_FALSE(core::parseApiError(text).ok()) << text;
}

}  // namespace
}  // namespace hearth::test
