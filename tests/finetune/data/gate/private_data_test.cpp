// The numbers here are made up or published as examples; each is right by its own check digit.
#include "finetune/data/gate/private_data.h"

#include <gtest/gtest.h>

#include "finetune/data/gate/check_digits.h"

namespace hearth::finetune {
namespace {

struct Case {
    const char* text;
    const char* rule;  // null: nothing is found
};

std::string ruleIn(std::string_view text) {
    const auto found = findPrivateData(text);
    return found.empty() ? "" : found[0].rule->name;
}

class PrivateDataTest : public testing::TestWithParam<Case> {};

TEST_P(PrivateDataTest, IsFoundByItsRuleOnly) {
    EXPECT_EQ(ruleIn(GetParam().text), GetParam().rule ? GetParam().rule : "") << GetParam().text;
}

// Tokens are put together, so that no scanner takes this file for a leak.
#define GITHUB \
    "ghp_"     \
    "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"

INSTANTIATE_TEST_SUITE_P(
    Found, PrivateDataTest,
    testing::Values(
        Case{"Write to kim.minsu@hearth-plant.co.kr today.", "email"},
        Case{"메일은 minsu@hearth.kr입니다", "email"}, Case{"전화 010-1234-5678로", "phone"},
        Case{"01012345678", "phone"}, Case{"02-312-4567", "phone"},
        Case{"Call +49 711 1234567.", "phone"}, Case{"+1 (415) 555-2671", "phone"},
        Case{"0711/1234567", "phone"}, Case{"주민등록번호 900101-1234568.", "kr_resident_number"},
        Case{"9001011234568", "kr_resident_number"}, Case{"210315-3000007", "kr_resident_number"},
        Case{"4111 1111 1111 1111", "payment_card"}, Case{"5555-5555-5555-4444", "payment_card"},
        Case{"378282246310005", "payment_card"}, Case{"IBAN DE89 3704 0044 0532 0130 00", "iban"},
        Case{"GB82WEST12345698765432", "iban"}, Case{"123-45-6789", "us_social_security"},
        Case{"11-12-345678-90", "kr_driver_licence"},
        Case{"-----BEGIN RSA PRIVATE KEY-----\nMIIE", "private_key"},
        Case{"-----BEGIN PRIVATE KEY-----", "private_key"},
        Case{"-----BEGIN PGP PRIVATE KEY BLOCK-----", "private_key"}, Case{GITHUB, "api_token"},
        Case{"AKIA"
             "Z7QW3ERT5YUI9OPA",
             "api_token"},
        Case{"hk_"
             "0aZ9bY8cX7dW6eV5fU4gT3hS2iR1jQabcdef",
             "api_token"},
        Case{"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N", "json_web_token"},
        Case{"password: hunter22", "password"}, Case{"비밀번호: qwer1234!", "password"}));

INSTANTIATE_TEST_SUITE_P(
    NotFound, PrivateDataTest,
    testing::Values(Case{"write to you@example.com", nullptr}, Case{"a@b", nullptr},
                    Case{"The pump runs at 1450 rpm since 2024-05-06.", nullptr},
                    Case{"900101-1234567", nullptr},               // a wrong check digit
                    Case{"901301-1234568", nullptr},               // no month
                    Case{"4111 1111 1111 1112", nullptr},          // Luhn
                    Case{"0000 0000 0000 0000", nullptr},          // no issuer
                    Case{"DE89 3704 0044 0532 0130 01", nullptr},  // modulo 97
                    Case{"666-45-6789", nullptr},                  // never given
                    Case{"Order 12345678901234567890", nullptr},   // too long for anything
                    Case{"AKIA"
                         "IOSFODNN7EXAMPLE",
                         nullptr},                                 // documentation's own
                    Case{"sk-xxxxxxxxxxxxxxxxxxxxxxxx", nullptr},  // a placeholder
                    Case{"-----BEGIN PUBLIC KEY-----", nullptr}, Case{"password: <yours>", nullptr},
                    Case{"The password: required", nullptr}));

TEST(PrivateDataMask, ShowsNoMoreThanTheFirstTwo) {
    const std::string masked = maskPrivateData("Ask kim.minsu@hearth.kr or 010-1234-5678.");
    EXPECT_EQ(masked, "Ask ki*.*****@******.** or 01*-****-****.");
    EXPECT_EQ(maskPrivateData("nothing here"), "nothing here");
}

TEST(PrivateDataMask, KeepsTheLengthOfAnyText) {
    for (const char* text :
         {"메일 a.b@hearth.kr 끝", "비밀번호: qwer1234!", "\xFF\xC3 4111 1111 1111 1111"})
        EXPECT_EQ(maskPrivateData(text).size(), std::string_view(text).size()) << text;
}

TEST(PrivateData, ManyInOneTextAreAllFound) {
    std::string text;
    for (int i = 0; i < 200; ++i)
        text += "user" + std::to_string(i) + "@hearth.kr, ";
    const auto found = findPrivateData(text);
    EXPECT_EQ(found.size(), 200u);
    for (size_t i = 1; i < found.size(); ++i)
        EXPECT_GE(found[i].begin, found[i - 1].end);
}

TEST(CheckDigits, FollowTheirDefinitions) {
    EXPECT_TRUE(passesLuhn("79927398713"));  // the classic example of the algorithm
    EXPECT_FALSE(passesLuhn("79927398710"));
    EXPECT_TRUE(beginsWithIban("FR1420041010050500013M02606"));
    EXPECT_FALSE(beginsWithIban("XX82WEST12345698765432"));
    EXPECT_FALSE(beginsWithIban("DE89"));
    EXPECT_TRUE(isKoreanResidentNumber("0002293000009") == false);  // 2000-02-29 with a wrong digit
    EXPECT_FALSE(isKoreanResidentNumber("0102293000009"));          // no leap year
}

}  // namespace
}  // namespace hearth::finetune
