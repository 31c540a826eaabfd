// When an answer counts as right.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace hearth::finetune {

/// Words for comparison: lower case; white space and punctuation separate; letters and digits
/// are separate words ("65°C" is "65 c", as "65 °C" is); a decimal point stays in its number
/// and closing zeros behind it do not ("7.50" is "7.5"); thousands are joined ("1,200" is
/// "1200"); a minus sign before a number stays when no letter or digit precedes it; "%" is
/// "percent".
std::vector<std::string> answerWords(std::string_view text);

/// True when the words of `value` occur in a row in the words of `answer`. An empty value is
/// never contained.
bool answerContains(std::string_view answer, std::string_view value);

/// F-measure of the longest common subsequence of words (Lin 2004, ROUGE-L with beta 1).
/// 1 for equal word lists, 0 without a common word.
double rougeL(std::string_view a, std::string_view b);

}  // namespace hearth::finetune
