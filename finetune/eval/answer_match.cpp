#include "finetune/eval/answer_match.h"

#include <algorithm>

namespace hearth::finetune {

namespace {

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}
// Bytes of other scripts count as letters; the signs below are taken out before.
bool isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (static_cast<unsigned char>(c) >= 0x80);
}

/// Signs outside ASCII that separate words or stand for an ASCII one.
std::string foldSigns(std::string_view text) {
    static constexpr std::pair<std::string_view, std::string_view> kSigns[] = {
        {"\u00B0", " "}, {"\u00A0", " "}, {"\u202F", " "}, {"\u2009", " "},    {"\u2212", "-"},
        {"\u2013", " "}, {"\u2014", " "}, {"\u2018", " "}, {"\u2019", "'"},    {"\u201C", " "},
        {"\u201D", " "}, {"\u2026", " "}, {"\u00B7", " "}, {"%", " percent "},
    };
    std::string folded;
    while (!text.empty()) {
        const auto* sign = std::find_if(std::begin(kSigns), std::end(kSigns),
                                        [&](const auto& s) { return text.starts_with(s.first); });
        if (sign != std::end(kSigns)) {
            folded += sign->second;
            text.remove_prefix(sign->first.size());
        } else {
            folded += text.front();
            text.remove_prefix(1);
        }
    }
    return folded;
}

class WordReader {
public:
    explicit WordReader(const std::string& text) : m_text(text) {}

    std::vector<std::string> words() {
        std::vector<std::string> words;
        while (m_at < m_text.size()) {
            if (isDigit(m_text[m_at]) || startsNegativeNumber())
                words.push_back(number());
            else if (isLetter(m_text[m_at]))
                words.push_back(word());
            else
                ++m_at;
        }
        return words;
    }

private:
    bool digitAt(size_t index) const { return index < m_text.size() && isDigit(m_text[index]); }

    bool startsNegativeNumber() const {
        if (m_text[m_at] != '-' || !digitAt(m_at + 1))
            return false;
        return m_at == 0 || (!isDigit(m_text[m_at - 1]) && !isLetter(m_text[m_at - 1]));
    }

    /// A comma followed by exactly three digits, after at most three: 1,200 but not 12,5.
    bool joinsThousands(size_t groupStart) const {
        return m_text[m_at] == ',' && m_at - groupStart <= 3 && digitAt(m_at + 1) &&
               digitAt(m_at + 2) && digitAt(m_at + 3) && !digitAt(m_at + 4);
    }

    std::string number() {
        std::string value;
        if (m_text[m_at] == '-')
            value += m_text[m_at++];
        size_t groupStart = m_at;
        while (m_at < m_text.size()) {
            if (isDigit(m_text[m_at])) {
                value += m_text[m_at++];
            } else if (joinsThousands(groupStart)) {
                groupStart = ++m_at;
            } else {
                break;
            }
        }
        return value + fraction();
    }

    std::string fraction() {
        if (m_at >= m_text.size() || m_text[m_at] != '.' || !digitAt(m_at + 1))
            return {};
        std::string digits;
        for (++m_at; digitAt(m_at); ++m_at)
            digits += m_text[m_at];
        // "1.2.3" is a version or a date, no decimal: keep its parts as they are.
        const bool decimal = m_at >= m_text.size() || m_text[m_at] != '.' || !digitAt(m_at + 1);
        while (decimal && !digits.empty() && digits.back() == '0')
            digits.pop_back();
        return digits.empty() ? digits : "." + digits;
    }

    std::string word() {
        std::string value;
        for (; m_at < m_text.size() && isLetter(m_text[m_at]); ++m_at) {
            const char c = m_text[m_at];
            value += c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c;
        }
        return value;
    }

    const std::string& m_text;
    size_t m_at = 0;
};

}  // namespace

std::vector<std::string> answerWords(std::string_view text) {
    const std::string folded = foldSigns(text);
    return WordReader(folded).words();
}

bool answerContains(std::string_view answer, std::string_view value) {
    const auto have = answerWords(answer);
    const auto want = answerWords(value);
    return !want.empty() &&
           std::search(have.begin(), have.end(), want.begin(), want.end()) != have.end();
}

double rougeL(std::string_view a, std::string_view b) {
    const auto first = answerWords(a);
    const auto second = answerWords(b);
    if (first.empty() || second.empty())
        return 0.0;
    std::vector<size_t> row(second.size() + 1, 0);
    for (const std::string& word : first) {
        size_t diagonal = 0;  // the row above, one column to the left
        for (size_t j = 1; j <= second.size(); ++j) {
            const size_t above = row[j];
            row[j] = word == second[j - 1] ? diagonal + 1 : std::max(above, row[j - 1]);
            diagonal = above;
        }
    }
    const double common = double(row.back());
    return 2.0 * common / double(first.size() + second.size());
}

}  // namespace hearth::finetune
