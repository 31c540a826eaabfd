#include <algorithm>
#include <array>

#include "core/strings.h"
#include "finetune/data/gate/check_digits.h"
#include "finetune/data/gate/private_data.h"

namespace hearth::finetune {

namespace {

std::string digitsOf(std::string_view text) {
    std::string digits;
    std::copy_if(text.begin(), text.end(), std::back_inserter(digits),
                 [](char c) { return c >= '0' && c <= '9'; });
    return digits;
}

/// Names that are reserved for examples (RFC 2606).
bool isRealAddress(std::string_view match) {
    const std::string lower = core::toLowerAscii(match);
    for (const char* reserved : {"example.com", "example.org", "example.net"})
        if (lower.ends_with(reserved))
            return false;
    return !lower.ends_with(".example") && !lower.ends_with(".test") &&
           !lower.ends_with(".invalid");
}

/// E.164 allows 15 digits; shorter ones than 8 are dates and sizes.
bool hasDigitsOfAPhone(std::string_view match) {
    const size_t count = digitsOf(match).size();
    return count >= 8 && count <= 15;
}

bool isCard(std::string_view match) {
    return isPaymentCard(digitsOf(match));
}

bool isResidentNumber(std::string_view match) {
    return isKoreanResidentNumber(digitsOf(match));
}

bool isIban(std::string_view match) {
    std::string compact(match);
    std::erase(compact, ' ');
    return beginsWithIban(compact);
}

/// Not what documentation writes in place of one: few different characters, or the word itself.
bool looksRandom(std::string_view match) {
    std::array<bool, 256> seen{};
    for (const char c : match)
        seen[static_cast<unsigned char>(c)] = true;
    const auto different = std::count(seen.begin(), seen.end(), true);
    return different >= 10 && core::toLowerAscii(match).find("example") == std::string::npos;
}

bool looksLikePassword(std::string_view match) {
    const std::string_view value = match.substr(match.find_last_of(":= \"'") + 1);
    const bool digit = value.find_first_of("0123456789") != std::string_view::npos;
    const bool placeholder = value.find_first_of("<{$*") != std::string_view::npos;
    return digit && !placeholder;
}

// "(?<![0-9])" and the like keep a rule from finding a part of a longer number. Bytes of other
// scripts are no letters here, so that a Korean particle may follow a number at once.
constexpr PrivateDataRule kRules[] = {
    {"private_key", "private keys", true,
     R"(-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----)", nullptr},
    {"api_token", "access tokens", true,
     R"((?<![A-Za-z0-9_-])(?:(?:AKIA|ASIA)[A-Z0-9]{16}|gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{22,255}|glpat-[A-Za-z0-9_-]{20,64}|xox[abprs]-[A-Za-z0-9-]{10,250}|sk-[A-Za-z0-9_-]{20,250}|AIza[A-Za-z0-9_-]{35}|[sr]k_live_[A-Za-z0-9]{16,128}|hf_[A-Za-z0-9]{30,64}|npm_[A-Za-z0-9]{36}|hk_[A-Za-z0-9]{36})(?![A-Za-z0-9]))",
     looksRandom},
    {"json_web_token", "signed tokens (JWT)", true,
     R"((?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{10,2000}\.eyJ[A-Za-z0-9_-]{10,4000}\.[A-Za-z0-9_-]{16,1000})",
     looksRandom},
    {"password", "passwords", false,
     R"((?i)(?:password|passwd|api[_ -]?key|secret|비밀번호|암호)["']?[ \t]{0,4}[:=][ \t]{0,4}["']?[^\s"',;]{6,64})",
     looksLikePassword},
    {"email", "e-mail addresses", false,
     R"((?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}+@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![A-Za-z0-9]))",
     isRealAddress},
    {"kr_resident_number", "Korean resident registration numbers", false,
     R"((?<![0-9-])[0-9]{6}[ -]?[1-8][0-9]{6}(?![0-9-]))", isResidentNumber},
    {"payment_card", "payment card numbers", false,
     R"((?<![0-9.-])(?:3[47][0-9]{2}[ -]?[0-9]{6}[ -]?[0-9]{5}|[2-6][0-9]{3}[ -]?[0-9]{4}[ -]?[0-9]{4}[ -]?[0-9]{1,4}(?:[ -]?[0-9]{1,3})?)(?![0-9]))",
     isCard},
    {"iban", "bank accounts (IBAN)", false,
     R"((?<![A-Za-z0-9])[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9]))",
     isIban},
    {"us_social_security", "US social security numbers", false,
     R"((?<![0-9-])(?!000|666|9)[0-9]{3}-(?!00)[0-9]{2}-(?!0000)[0-9]{4}(?![0-9-]))", nullptr},
    {"kr_driver_licence", "Korean driver's licences", false,
     R"((?<![0-9-])(?:1[1-9]|2[0-8])-[0-9]{2}-[0-9]{6}-[0-9]{2}(?![0-9-]))", nullptr},
    {"phone", "telephone numbers", false,
     R"((?<![0-9A-Za-z+.-])(?:\+[1-9][0-9]{0,2}[ .-]?(?:\(0?[0-9]{1,4}\)[ .-]?)?[0-9]{1,4}(?:[ .-]?[0-9]{2,4}){2,4}|01[016789][ .-]?[0-9]{3,4}[ .-]?[0-9]{4}|0(?:2|[3-6][0-9])[ .)-][0-9]{3,4}[ .-][0-9]{4}|\([2-9][0-9]{2}\) ?[2-9][0-9]{2}-[0-9]{4}|[2-9][0-9]{2}-[2-9][0-9]{2}-[0-9]{4}|0[1-9][0-9]{1,4}/[0-9]{5,8})(?![0-9-]))",
     hasDigitsOfAPhone},
};

}  // namespace

std::span<const PrivateDataRule> privateDataRules() {
    return kRules;
}

}  // namespace hearth::finetune
