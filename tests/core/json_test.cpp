#include "core/json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace hearth::core {
namespace {

using nlohmann::json;

Error failure(std::string_view text, int maxDepth = 64) {
    const auto parsed = parseJson(text, "the request body", maxDepth);
    EXPECT_FALSE(parsed.ok()) << text;
    return parsed.ok() ? Error{} : parsed.error();
}

TEST(JsonTest, ParsesWhatIsWellFormed) {
    const json parsed = parseJson(R"({"a":[1,2.5,null,true,"ü"],"b":{"a":1}})", "x").valueOrThrow();
    EXPECT_EQ(parsed["a"][1], 2.5);
    EXPECT_EQ(parsed["b"]["a"], 1);
}

TEST(JsonTest, SaysWhereTheTextIsWrong) {
    const Error error = failure("{\n  \"a\": 1,\n  \"b\" 2\n}");
    EXPECT_EQ(error.code, ErrorCode::InvalidArgument);
    EXPECT_NE(error.message.find("the request body is not valid JSON"), std::string::npos);
    EXPECT_EQ(error.context.substr(0, 17), "line 3, column 7,");
}

TEST(JsonTest, ErrorsDoNotRepeatTheText) {
    EXPECT_EQ(failure(R"({"password": hunter2})").message.find("hunter"), std::string::npos);
    EXPECT_EQ(failure("{\"password\": \"hunter2\n\"}").message.find("hunter"), std::string::npos);
}

TEST(JsonTest, RefusesWhatJsonOrWeDoNotAllow) {
    for (const char* bad :
         {"", "{", "[1,]", "NaN", "[Infinity]", "[-inf]", "[1e309]", "[-1e309]", "{} x", "\"\xff\"",
          "[01]", "{\"a\":1,\"a\":2}", "[{\"b\":{},\"b\":1}]"})
        failure(bad);
    EXPECT_NE(failure(R"([{"x":{"k":1,"k":2}}])").message.find("\"k\" twice"), std::string::npos);
    EXPECT_TRUE(parseJson(R"([{"k":1},{"k":{"k":2}}])", "x").ok());
}

TEST(JsonTest, BoundsTheDepth) {
    const auto nested = [](int depth) { return std::string(depth, '[') + std::string(depth, ']'); };
    EXPECT_TRUE(parseJson(nested(64), "x").ok());
    EXPECT_NE(failure(nested(65)).message.find("64 levels"), std::string::npos);
    failure(std::string(5'000'000, '['));
    failure(nested(3), 2);
}

TEST(JsonTest, IntegersStayInTheirRange) {
    const auto read = [](const char* value) {
        const json object = parseJson(std::string("{\"n\":") + value + "}", "x").valueOrThrow();
        return readInt(object, "n", 1, 128, 7);
    };
    EXPECT_EQ(read("128").valueOrThrow(), 128);
    EXPECT_EQ(read("null").valueOrThrow(), 7);
    for (const char* bad :
         {"0", "129", "-1", "-2147483648", "9223372036854775807", "18446744073709551615",
          "18446744073709551617", "1e300", "1.5", "1.0", "\"1\"", "true", "[1]"}) {
        ASSERT_FALSE(read(bad).ok()) << bad;
        EXPECT_EQ(read(bad).error().context, "n");
        EXPECT_EQ(read(bad).error().message, "'n' must be an integer from 1 to 128");
    }
    EXPECT_EQ(readInt(json::object(), "n", 1, 2).error().message, "'n' is required");
}

TEST(JsonTest, NumbersStayInTheirRange) {
    const json object = {{"t", 0.5}, {"nan", NAN}, {"text", "1"}, {"int", 2}};
    EXPECT_EQ(readNumber(object, "t", 0, 2).valueOrThrow(), 0.5);
    EXPECT_EQ(readNumber(object, "int", 0, 2).valueOrThrow(), 2.0);
    EXPECT_EQ(readNumber(object, "none", 0, 2, 1.0).valueOrThrow(), 1.0);
    EXPECT_FALSE(readNumber(object, "nan", 0, 2).ok());
    EXPECT_FALSE(readNumber(object, "text", 0, 2).ok());
    EXPECT_FALSE(readNumber(object, "int", 0, 1.9).ok());
}

TEST(JsonTest, StringsAndBooleansKeepTheirType) {
    const json object = {{"s", "abc"}, {"b", true}};
    EXPECT_EQ(readString(object, "s", 3).valueOrThrow(), "abc");
    EXPECT_FALSE(readString(object, "s", 2).ok());
    EXPECT_FALSE(readString(object, "b", 9).ok());
    EXPECT_EQ(readString(object, "none", 9, "x").valueOrThrow(), "x");
    EXPECT_TRUE(readBool(object, "b").valueOrThrow());
    EXPECT_FALSE(readBool(object, "s").ok());
    EXPECT_FALSE(readBool(json::array(), "s").ok());
}

TEST(JsonTest, NamesAnUnknownField) {
    const json object = {{"model", "m"}, {"modle", "m"}};
    EXPECT_EQ(rejectUnknownFields(object, {"model"}).error().context, "modle");
    EXPECT_TRUE(rejectUnknownFields(object, {"model", "modle"}).ok());
}

TEST(JsonTest, DumpSurvivesBrokenUtf8) {
    EXPECT_EQ(dumpJson(json{{"a", "x\xff"}}), "{\"a\":\"x\xEF\xBF\xBD\"}");
}

}  // namespace
}  // namespace hearth::core
