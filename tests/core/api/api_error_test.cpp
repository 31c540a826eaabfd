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
