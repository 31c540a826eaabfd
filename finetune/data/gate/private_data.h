// Personal data and secrets in texts, by pattern and, where a number has one, by check digit.
#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hearth::finetune {

struct PrivateDataRule {
    const char* name;   // as reports say it: "email"
    const char* title;  // "e-mail addresses"
    bool secret;        // opens something: nothing may be trained on it
    const char* pattern;
    bool (*holds)(std::string_view match);  // null: the pattern says enough
};
std::span<const PrivateDataRule> privateDataRules();

struct PrivateDataMatch {
    const PrivateDataRule* rule = nullptr;
    size_t begin = 0;  // bytes
    size_t end = 0;
};

/// In order of their place, none within another. Threading: any thread.
std::vector<PrivateDataMatch> findPrivateData(std::string_view text);
/// The match with '*' for each letter and digit but the first two: "ki****@****.**".
std::string maskedSample(std::string_view match);
/// The text, every match masked in place, so that its length stays.
std::string maskPrivateData(std::string_view text);

}  // namespace hearth::finetune
