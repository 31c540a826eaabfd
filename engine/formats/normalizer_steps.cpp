#include "engine/formats/normalizer_steps.h"

#include <utf8proc.h>

#include "engine/formats/pre_tokenizer_pattern.h"
#include "engine/formats/utf8.h"

namespace hearth::engine {

namespace {

class Prepend : public NormalizerStep {
public:
    explicit Prepend(std::string prefix) : m_prefix(std::move(prefix)) {}

    void apply(FlaggedText& text) const override {
        if (text.text.empty())
            return;
        text.text.insert(0, m_prefix);
        if (!text.flags.empty())
            text.flags.insert(0, m_prefix.size(), '\0');
    }
    bool onlyPrepends() const override { return true; }

private:
    std::string m_prefix;
};

class ReplaceText : public NormalizerStep {
public:
    ReplaceText(std::string from, std::string to) : m_from(std::move(from)), m_to(std::move(to)) {}

    void apply(FlaggedText& text) const override {
        size_t at = text.text.find(m_from);
        if (at == std::string::npos)
            return;
        FlaggedWriter writer(text);
        size_t done = 0;
        for (; at != std::string::npos; at = text.text.find(m_from, done)) {
            writer.copy(done, at);
            done = at + m_from.size();
            writer.replace(at, done, m_to);
        }
        writer.copy(done, text.text.size());
        writer.finish();
    }

private:
    std::string m_from;
    std::string m_to;
};

class ReplaceRegex : public NormalizerStep {
public:
    ReplaceRegex(PreTokenizerPattern pattern, std::string to)
        : m_pattern(std::move(pattern)), m_to(std::move(to)) {}

    void apply(FlaggedText& text) const override {
        FlaggedWriter writer(text);
        size_t done = 0;
        while (done < text.text.size()) {
            const auto match = m_pattern.find(text.text, done);
            if (!match)
                break;
            writer.copy(done, match->begin);
            writer.replace(match->begin, match->end, m_to);
            done = match->end;
        }
        writer.copy(done, text.text.size());
        writer.finish();
    }

private:
    PreTokenizerPattern m_pattern;
    std::string m_to;
};

class Strip : public NormalizerStep {
public:
    Strip(bool left, bool right) : m_left(left), m_right(right) {}

    void apply(FlaggedText& text) const override {
        const std::string_view view = text.text;
        const size_t begin = m_left ? utf8::endOfWhiteSpace(view, 0) : 0;
        const size_t end =
            m_right ? utf8::beginOfWhiteSpace(view, view.size(), begin) : view.size();
        FlaggedWriter writer(text);
        writer.copy(begin, end);
        writer.finish();
    }

private:
    bool m_left;
    bool m_right;
};

/// Changes one character at a time. change(c, out): false leaves it as it is; otherwise `out` is
/// what takes its place.
template <typename Change>
class EachCharacter : public NormalizerStep {
public:
    explicit EachCharacter(Change change) : m_change(change) {}

    void apply(FlaggedText& text) const override {
        FlaggedWriter writer(text);
        std::string changed;
        size_t copied = 0;
        for (size_t at = 0; at < text.text.size();) {
            const utf8::Sequence c = utf8::decodeAt(text.text, at);
            changed.clear();
            if (m_change(c.codePoint, changed)) {
                writer.copy(copied, at);
                copied = at + c.length;
                writer.replace(at, copied, changed);
            }
            at += c.length;
        }
        writer.copy(copied, text.text.size());
        writer.finish();
    }

private:
    Change m_change;
};

template <typename Change>
NormalizerStepPtr eachCharacter(Change change) {
    return std::make_shared<EachCharacter<Change>>(change);
}

bool toLowercase(char32_t c, std::string& out) {
    constexpr char32_t kCapitalIWithDot = 0x130;
    if (c == kCapitalIWithDot) {  // the one whose lower case is two characters
        out = "i\u0307";
        return true;
    }
    const auto lower = static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(c)));
    if (lower == c)
        return false;
    utf8::append(lower, out);
    return true;
}

bool dropMark(char32_t c, std::string&) {
    const utf8proc_category_t category = utf8proc_category(static_cast<utf8proc_int32_t>(c));
    return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_MC ||
           category == UTF8PROC_CATEGORY_ME;
}

bool nmtDrops(char32_t c) {
    return (c >= 0x01 && c <= 0x08) || c == 0x0B || (c >= 0x0E && c <= 0x1F) || c == 0x7F ||
           c == 0x8F || c == 0x9F;
}

bool nmtMakesSpace(char32_t c) {
    return c == 0x09 || c == 0x0A || c == 0x0C || c == 0x0D || c == 0x1680 ||
           (c >= 0x200B && c <= 0x200F) || c == 0x2028 || c == 0x2029 || c == 0x2581 ||
           c == 0xFEFF || c == 0xFFFD;
}

bool applyNmt(char32_t c, std::string& out) {
    if (nmtMakesSpace(c)) {
        out = " ";
        return true;
    }
    return nmtDrops(c);
}

}  // namespace

NormalizerStepPtr prependStep(std::string prefix) {
    return std::make_shared<Prepend>(std::move(prefix));
}

NormalizerStepPtr replaceTextStep(std::string from, std::string to) {
    return std::make_shared<ReplaceText>(std::move(from), std::move(to));
}

core::Result<NormalizerStepPtr> replaceRegexStep(const std::string& regex, std::string to) {
    CORE_ASSIGN(PreTokenizerPattern pattern, PreTokenizerPattern::compile(regex));
    return NormalizerStepPtr(std::make_shared<ReplaceRegex>(std::move(pattern), std::move(to)));
}

NormalizerStepPtr stripStep(bool left, bool right) {
    return std::make_shared<Strip>(left, right);
}

NormalizerStepPtr lowercaseStep() {
    return eachCharacter(toLowercase);
}

NormalizerStepPtr stripAccentsStep() {
    return eachCharacter(dropMark);
}

NormalizerStepPtr nmtStep() {
    return eachCharacter(applyNmt);
}

}  // namespace hearth::engine
