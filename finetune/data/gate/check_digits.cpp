#include "finetune/data/gate/check_digits.h"

#include <algorithm>
#include <string>

namespace hearth::finetune {

namespace {

int digitAt(std::string_view text, size_t at) {
    return text[at] - '0';
}

int numberAt(std::string_view text, size_t at, size_t count) {
    int value = 0;
    for (size_t i = 0; i < count; ++i)
        value = value * 10 + digitAt(text, at + i);
    return value;
}

bool isDate(int year, int month, int day) {
    static constexpr int kDays[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (month < 1 || month > 12 || day < 1 || day > kDays[month - 1])
        return false;
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month != 2 || day < 29 || leap;
}

/// Cards by their first four digits and their length.
struct Issuer {
    int first;
    int last;
    size_t shortest;
    size_t longest;
};

constexpr Issuer kIssuers[] = {
    {2221, 2720, 16, 16},  // Mastercard
    {3000, 3059, 14, 14},  // Diners Club
    {3400, 3499, 15, 15},  // American Express
    {3528, 3589, 16, 19},  // JCB
    {3600, 3699, 14, 19},  // Diners Club
    {3700, 3799, 15, 15},  // American Express
    {3800, 3999, 14, 16},  // Diners Club
    {4000, 4999, 13, 19},  // Visa
    {5000, 5099, 13, 19},  // Maestro
    {5100, 5599, 16, 16},  // Mastercard
    {5600, 5899, 13, 19},  // Maestro
    {6000, 6999, 13, 19},  // Discover, UnionPay, Maestro
};

struct IbanLength {
    std::string_view country;
    size_t length;
};

// Of the IBAN registry: Europe and the countries beyond that its banks deal with most.
constexpr IbanLength kIbanLengths[] = {
    {"AD", 24}, {"AE", 23}, {"AL", 28}, {"AT", 20}, {"AZ", 28}, {"BA", 20}, {"BE", 16}, {"BG", 22},
    {"BH", 22}, {"BR", 29}, {"BY", 28}, {"CH", 21}, {"CR", 22}, {"CY", 28}, {"CZ", 24}, {"DE", 22},
    {"DK", 18}, {"DO", 28}, {"EE", 20}, {"EG", 29}, {"ES", 24}, {"FI", 18}, {"FO", 18}, {"FR", 27},
    {"GB", 22}, {"GE", 22}, {"GI", 23}, {"GL", 18}, {"GR", 27}, {"GT", 28}, {"HR", 21}, {"HU", 28},
    {"IE", 22}, {"IL", 23}, {"IQ", 23}, {"IS", 26}, {"IT", 27}, {"JO", 30}, {"KW", 30}, {"KZ", 20},
    {"LB", 28}, {"LI", 21}, {"LT", 20}, {"LU", 20}, {"LV", 21}, {"MC", 27}, {"MD", 24}, {"ME", 22},
    {"MK", 19}, {"MR", 27}, {"MT", 31}, {"MU", 30}, {"NL", 18}, {"NO", 15}, {"PK", 24}, {"PL", 28},
    {"PS", 29}, {"PT", 25}, {"QA", 29}, {"RO", 24}, {"RS", 22}, {"SA", 24}, {"SE", 24}, {"SI", 19},
    {"SK", 24}, {"SM", 27}, {"TN", 24}, {"TR", 26}, {"UA", 29}, {"VA", 22}, {"VG", 24}, {"XK", 20}};

}  // namespace

bool passesLuhn(std::string_view digits) {
    int sum = 0;
    for (size_t i = 0; i < digits.size(); ++i) {
        const int digit = digitAt(digits, digits.size() - 1 - i);
        const int doubled = i % 2 ? digit * 2 : digit;
        sum += doubled > 9 ? doubled - 9 : doubled;
    }
    return sum % 10 == 0;
}

bool isPaymentCard(std::string_view digits) {
    if (digits.size() < 13 || digits.size() > 19)
        return false;
    const int four = numberAt(digits, 0, 4);
    const bool issued = std::any_of(std::begin(kIssuers), std::end(kIssuers), [&](const auto& i) {
        return four >= i.first && four <= i.last && digits.size() >= i.shortest &&
               digits.size() <= i.longest;
    });
    const bool varied = digits.find_first_not_of(digits[0]) != std::string_view::npos;
    return issued && varied && passesLuhn(digits);
}

bool beginsWithIban(std::string_view compact) {
    const auto country =
        std::find_if(std::begin(kIbanLengths), std::end(kIbanLengths),
                     [&](const auto& c) { return compact.starts_with(c.country); });
    if (country == std::end(kIbanLengths) || compact.size() < country->length)
        return false;
    std::string moved(compact.substr(4, country->length - 4));
    moved += compact.substr(0, 4);
    int remainder = 0;
    for (const char c : moved) {
        const bool digit = c >= '0' && c <= '9';
        remainder =
            digit ? (remainder * 10 + (c - '0')) % 97 : (remainder * 100 + (c - 'A' + 10)) % 97;
    }
    return remainder == 1;
}

bool isKoreanResidentNumber(std::string_view digits) {
    if (digits.size() != 13 || digits[6] < '1' || digits[6] > '8')
        return false;
    const char kind = digits[6];
    const bool thisCentury = kind == '3' || kind == '4' || kind == '7' || kind == '8';
    const int year = (thisCentury ? 2000 : 1900) + numberAt(digits, 0, 2);
    const int month = numberAt(digits, 2, 2);
    if (!isDate(year, month, numberAt(digits, 4, 2)))
        return false;
    if (year > 2020 || (year == 2020 && month >= 10))
        return true;
    static constexpr int kWeights[] = {2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5};
    int sum = 0;
    for (size_t i = 0; i < 12; ++i)
        sum += kWeights[i] * digitAt(digits, i);
    const bool alien = kind >= '5';
    return (11 - sum % 11 + (alien ? 2 : 0)) % 10 == digitAt(digits, 12);
}

}  // namespace hearth::finetune
