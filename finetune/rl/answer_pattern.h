// A regular expression that is looked for in answers.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"

namespace hearth::finetune {

/// Immutable; may be used from several threads at once. PCRE2 with UTF-8.
class AnswerPattern {
public:
    /// Errors: InvalidArgument with PCRE2's message and the place.
    static core::Result<AnswerPattern> compile(const std::string& pattern);
    /// What the first group matched, or the whole match where there is no group; nothing where the
    /// pattern is not found, or only after more steps than an answer is worth.
    std::optional<std::string> find(std::string_view text) const;

private:
    struct Code;
    explicit AnswerPattern(std::shared_ptr<const Code> code) : m_code(std::move(code)) {}
    std::shared_ptr<const Code> m_code;
};

}  // namespace hearth::finetune
