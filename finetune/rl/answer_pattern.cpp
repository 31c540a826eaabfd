#define PCRE2_CODE_UNIT_WIDTH 8
#include "finetune/rl/answer_pattern.h"

#include <pcre2.h>

namespace hearth::finetune {

namespace {

constexpr uint32_t kMostSteps = 1'000'000;

}  // namespace

struct AnswerPattern::Code {
    pcre2_code* code = nullptr;
    pcre2_match_context* limits = nullptr;
    Code() = default;
    Code(const Code&) = delete;
    Code& operator=(const Code&) = delete;
    ~Code() {
        pcre2_match_context_free(limits);
        pcre2_code_free(code);
    }
};

core::Result<AnswerPattern> AnswerPattern::compile(const std::string& pattern) {
    int error = 0;
    PCRE2_SIZE offset = 0;
    auto code = std::make_shared<Code>();
    code->code =
        pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(),
                      PCRE2_UTF | PCRE2_UCP | PCRE2_MATCH_INVALID_UTF, &error, &offset, nullptr);
    if (!code->code) {
        PCRE2_UCHAR message[160];
        pcre2_get_error_message(error, message, sizeof(message));
        return core::Error{core::ErrorCode::InvalidArgument,
                           "the pattern is no regular expression: " +
                               std::string(reinterpret_cast<const char*>(message)) + " at byte " +
                               std::to_string(offset),
                           "pattern"};
    }
    code->limits = pcre2_match_context_create(nullptr);
    pcre2_set_match_limit(code->limits, kMostSteps);
    return AnswerPattern(std::move(code));
}

std::optional<std::string> AnswerPattern::find(std::string_view text) const {
    const std::unique_ptr<pcre2_match_data, decltype(&pcre2_match_data_free)> match(
        pcre2_match_data_create_from_pattern(m_code->code, nullptr), pcre2_match_data_free);
    const int groups = pcre2_match(m_code->code, reinterpret_cast<PCRE2_SPTR>(text.data()),
                                   text.size(), 0, 0, match.get(), m_code->limits);
    if (groups < 1)
        return std::nullopt;
    const PCRE2_SIZE* ends = pcre2_get_ovector_pointer(match.get());
    uint32_t all = 0;
    pcre2_pattern_info(m_code->code, PCRE2_INFO_CAPTURECOUNT, &all);
    const size_t group = all > 0 ? 1 : 0;
    if (int(group) >= groups || ends[2 * group] == PCRE2_UNSET)
        return std::string();
    return std::string(text.substr(ends[2 * group], ends[2 * group + 1] - ends[2 * group]));
}

}  // namespace hearth::finetune
