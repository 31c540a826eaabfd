// Numbers that carry their own check, so that not every run of digits is taken for one.
#pragma once
#include <string_view>

namespace hearth::finetune {

/// ISO/IEC 7812-1, annex B. digits: 0-9 only.
bool passesLuhn(std::string_view digits);
/// Payment cards: 13 to 19 digits, an issuer's first digits, Luhn.
bool isPaymentCard(std::string_view digits);
/// ISO 13616: length by country and the remainder modulo 97. compact: letters and digits only; what
/// follows the country's length is ignored.
bool beginsWithIban(std::string_view compact);
/// A Korean resident or alien registration number of 13 digits: a date and the check digit. Since
/// October 2020 numbers are given without a check digit, so those of later births have a date only.
bool isKoreanResidentNumber(std::string_view digits);

}  // namespace hearth::finetune
