#define PCRE2_CODE_UNIT_WIDTH 8
#include "finetune/data/gate/private_data.h"

#include <pcre2.h>

#include <algorithm>
#include <memory>

#include "core/assert.h"

namespace hearth::finetune {

namespace {

// The patterns are bounded; this is for texts made to be slow.
constexpr uint32_t kMostSteps = 100'000;

template <auto Free>
struct Freed {
    template <typename T>
    void operator()(T* handle) const {
        Free(handle);
    }
};
using Code = std::unique_ptr<pcre2_code, Freed<pcre2_code_free>>;
using Limits = std::unique_ptr<pcre2_match_context, Freed<pcre2_match_context_free>>;
using Match = std::unique_ptr<pcre2_match_data, Freed<pcre2_match_data_free>>;

std::vector<Code> compileRules() {
    std::vector<Code> codes;
    for (const PrivateDataRule& rule : privateDataRules()) {
        int error = 0;
        PCRE2_SIZE place = 0;
        Code code(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(rule.pattern), PCRE2_ZERO_TERMINATED,
                                0, &error, &place, nullptr));
        CORE_ASSERT(code);
        pcre2_jit_compile(code.get(), PCRE2_JIT_COMPLETE);  // without it, it is slower
        codes.push_back(std::move(code));
    }
    return codes;
}

class RuleScanner {
public:
    RuleScanner(const PrivateDataRule& rule, const pcre2_code* code)
        : m_rule(rule),
          m_code(code),
          m_limits(pcre2_match_context_create(nullptr)),
          m_match(pcre2_match_data_create_from_pattern(code, nullptr)) {
        pcre2_set_match_limit(m_limits.get(), kMostSteps);
    }

    void scan(std::string_view text, std::vector<PrivateDataMatch>& found) const {
        for (size_t from = 0; from < text.size();) {
            const int groups = pcre2_match(m_code, reinterpret_cast<PCRE2_SPTR>(text.data()),
                                           text.size(), from, 0, m_match.get(), m_limits.get());
            if (groups < 1)
                return;
            const PCRE2_SIZE* ends = pcre2_get_ovector_pointer(m_match.get());
            const size_t begin = ends[0], end = ends[1];
            const bool holds = !m_rule.holds || m_rule.holds(text.substr(begin, end - begin));
            if (holds)
                found.push_back({&m_rule, begin, end});
            // A number that fails its check may hide one that begins within it.
            from = holds ? end : begin + 1;
        }
    }

private:
    const PrivateDataRule& m_rule;
    const pcre2_code* m_code;
    Limits m_limits;
    Match m_match;
};

bool isLetterOrDigit(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

}  // namespace

std::vector<PrivateDataMatch> findPrivateData(std::string_view text) {
    static const std::vector<Code> codes = compileRules();
    thread_local const std::vector<RuleScanner> scanners = [] {
        std::vector<RuleScanner> made;
        for (size_t i = 0; i < codes.size(); ++i)
            made.emplace_back(privateDataRules()[i], codes[i].get());
        return made;
    }();
    std::vector<PrivateDataMatch> found;
    for (const RuleScanner& scanner : scanners)
        scanner.scan(text, found);
    std::sort(found.begin(), found.end(),
              [](const auto& a, const auto& b) { return a.begin < b.begin; });
    // Of two that overlap, the rule that stands first is the more certain one.
    std::vector<PrivateDataMatch> kept;
    for (const PrivateDataMatch& match : found) {
        if (kept.empty() || match.begin >= kept.back().end)
            kept.push_back(match);
        else if (match.rule < kept.back().rule)
            kept.back() = match;
    }
    return kept;
}

std::string maskedSample(std::string_view match) {
    std::string masked(match);
    int shown = 0;
    for (char& c : masked)
        if (static_cast<unsigned char>(c) >= 0x80 || (isLetterOrDigit(c) && ++shown > 2))
            c = '*';
    return masked;
}

std::string maskPrivateData(std::string_view text) {
    std::string masked(text);
    for (const PrivateDataMatch& match : findPrivateData(text))
        masked.replace(match.begin, match.end - match.begin,
                       maskedSample(text.substr(match.begin, match.end - match.begin)));
    return masked;
}

}  // namespace hearth::finetune
