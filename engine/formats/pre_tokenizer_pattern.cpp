#define PCRE2_CODE_UNIT_WIDTH 8
#include "engine/formats/pre_tokenizer_pattern.h"

#include <pcre2.h>

#include "core/unique_handle.h"
#include "engine/formats/utf8.h"

namespace hearth::engine {

namespace {

constexpr uint32_t kMatchLimit = 10'000'000;
constexpr uint32_t kHeapLimitKiB = 64 * 1024;
constexpr size_t kJitStackStart = 32 * 1024;
constexpr size_t kJitStackMax = 1024 * 1024;

// Unicode White_Space, which is what \s means to Oniguruma; PCRE2's own \s adds U+180E.
constexpr const char* kSpace =
    R"(\x{9}-\x{d}\x{20}\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000})";
constexpr const char* kNotSpace =
    R"(\x{0}-\x{8}\x{e}-\x{1f}\x{21}-\x{84}\x{86}-\x{9f}\x{a1}-\x{167f}\x{1681}-\x{1fff})"
    R"(\x{200b}-\x{2027}\x{202a}-\x{202e}\x{2030}-\x{205e}\x{2060}-\x{2fff}\x{3001}-\x{d7ff})"
    R"(\x{e000}-\x{10ffff})";

// Escapes that the two engines read differently.
constexpr std::string_view kForeignEscapes = "wWbBhHRXKGyYNO";

core::Error unsupported(const std::string& construct, const std::string& regex) {
    return {core::ErrorCode::Unsupported,
            "the tokenizer's pattern uses " + construct + ", which isn't supported", regex};
}

/// Rewrites what PCRE2 would read in another way than Oniguruma.
class Translator {
public:
    explicit Translator(std::string regex) : m_regex(std::move(regex)) {}

    core::Result<std::string> run() {
        while (m_position < m_regex.size()) {
            CORE_TRY(step());
        }
        return std::move(m_out);
    }

private:
    core::Status step() {
        const char c = m_regex[m_position];
        if (c == '\\' && m_position + 1 < m_regex.size())
            return escape(m_regex[m_position + 1]);
        if (!m_inClass && c == '[') {
            CORE_ASSIGN(const bool done, intersection());
            if (done)
                return {};
        }
        if (m_inClass)
            CORE_TRY(checkClassCharacter(c));
        else
            m_inClass = c == '[';
        if (m_inClass && c == '[')
            m_classStart = m_position + 1;
        if (c == ']' && m_position > m_classStart)
            m_inClass = false;
        m_out.push_back(c);
        ++m_position;
        return {};
    }

    /// The position of the unescaped `stop` in the class that begins at m_position, or npos.
    size_t findInClass(std::string_view stop, size_t from) const {
        for (size_t i = from; i < m_regex.size(); ++i) {
            if (m_regex.compare(i, stop.size(), stop) == 0)
                return i;
            if (m_regex[i] == ']')
                break;
            i += m_regex[i] == '\\';
        }
        return std::string::npos;
    }

    /// "[A&&[^B]]", which PCRE2 lacks: not a B here, and an A. False where there is none.
    core::Result<bool> intersection() {
        const size_t both = findInClass("&&[^", m_position + 1);
        if (both == std::string::npos || m_regex[m_position + 1] == '^')
            return false;
        const size_t end = findInClass("]]", both + 4);
        if (end == std::string::npos)
            return false;
        const std::string left = m_regex.substr(m_position + 1, both - m_position - 1);
        const std::string right = m_regex.substr(both + 4, end - both - 4);
        CORE_ASSIGN(const std::string leftClass, Translator("[" + left + "]").run());
        CORE_ASSIGN(const std::string rightClass, Translator("[" + right + "]").run());
        m_out += "(?:(?!" + rightClass + ")" + leftClass + ")";
        m_position = end + 2;
        return true;
    }

    core::Status escape(char name) {
        if (kForeignEscapes.find(name) != std::string_view::npos)
            return unsupported(std::string("\\") + name, m_regex);
        if (name == 's' || name == 'S')
            appendSpaceClass(name == 's' ? kSpace : kNotSpace);
        else
            m_out.append({'\\', name});
        m_position += 2;
        return {};
    }

    void appendSpaceClass(const char* ranges) {
        m_out += m_inClass ? ranges : std::string("[") + ranges + "]";
    }

    core::Status checkClassCharacter(char c) const {
        if (c == '[')
            return unsupported("a class within a class", m_regex);
        if (c == '&' && m_position + 1 < m_regex.size() && m_regex[m_position + 1] == '&')
            return unsupported("&& within a class", m_regex);
        return {};
    }

    std::string m_regex;
    size_t m_position = 0;
    size_t m_classStart = 0;
    bool m_inClass = false;
    std::string m_out;
};

std::string pcreMessage(int code) {
    PCRE2_UCHAR buffer[256];
    pcre2_get_error_message(code, buffer, sizeof buffer);
    return reinterpret_cast<const char*>(buffer);
}

/// What a match needs besides the expression; one per thread, as PCRE2 asks for.
struct MatchScratch {
    core::UniqueHandle<pcre2_match_data, pcre2_match_data_free> data{
        pcre2_match_data_create(1, nullptr)};
    core::UniqueHandle<pcre2_match_context, pcre2_match_context_free> context{
        pcre2_match_context_create(nullptr)};
    core::UniqueHandle<pcre2_jit_stack, pcre2_jit_stack_free> stack{
        pcre2_jit_stack_create(kJitStackStart, kJitStackMax, nullptr)};

    MatchScratch() {
        if (!data || !context || !stack)
            throw core::Exception({core::ErrorCode::ResourceExhausted, "out of memory", "PCRE2"});
        pcre2_set_match_limit(context.get(), kMatchLimit);
        pcre2_set_heap_limit(context.get(), kHeapLimitKiB);
        pcre2_jit_stack_assign(context.get(), nullptr, stack.get());
    }
};

MatchScratch& matchScratch() {
    thread_local MatchScratch scratch;
    return scratch;
}

}  // namespace

struct PreTokenizerPattern::Code {
    core::UniqueHandle<pcre2_code, pcre2_code_free> regex;
};

core::Result<PreTokenizerPattern> PreTokenizerPattern::compile(const std::string& regex,
                                                               bool usesScanner) {
    if (const PatternScanner scanner = usesScanner ? scannerOf(regex) : nullptr)
        return PreTokenizerPattern(scanner);
    CORE_ASSIGN(const std::string translated, Translator(regex).run());
    int error = 0;
    PCRE2_SIZE offset = 0;
    // Oniguruma's ^ and $ always match at line ends.
    constexpr uint32_t kOptions = PCRE2_UTF | PCRE2_UCP | PCRE2_MULTILINE | PCRE2_NEVER_BACKSLASH_C;
    auto code = std::make_shared<Code>();
    code->regex.reset(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(translated.data()),
                                    translated.size(), kOptions, &error, &offset, nullptr));
    if (!code->regex)
        return core::Error{core::ErrorCode::DataCorrupt,
                           "the tokenizer's pattern is broken: " + pcreMessage(error), regex};
    // Without just-in-time code a match is slower and otherwise the same.
    (void)pcre2_jit_compile(code->regex.get(), PCRE2_JIT_COMPLETE);
    return PreTokenizerPattern(std::move(code));
}

core::Result<PreTokenizerPattern> PreTokenizerPattern::literal(const std::string& text) {
    std::string regex;
    for (size_t i = 0; i < text.size();) {
        const utf8::Sequence c = utf8::decodeAt(text, i);
        constexpr const char* kHex = "0123456789abcdef";
        regex += "\\x{";
        for (int shift = 20; shift >= 0; shift -= 4)
            regex.push_back(kHex[c.codePoint >> shift & 15]);
        regex += "}";
        i += c.length;
    }
    return compile(regex);
}

std::optional<TextRange> PreTokenizerPattern::find(std::string_view subject, size_t from) const {
    if (m_scanner)
        return m_scanner(subject, from);
    MatchScratch& scratch = matchScratch();
    const auto match = [&](uint32_t options) {
        return pcre2_match(m_code->regex.get(), reinterpret_cast<PCRE2_SPTR>(subject.data()),
                           subject.size(), from, options, scratch.data.get(),
                           scratch.context.get());
    };
    constexpr uint32_t kOptions = PCRE2_NO_UTF_CHECK | PCRE2_NOTEMPTY;
    int result = match(kOptions);
    if (result == PCRE2_ERROR_JIT_STACKLIMIT)
        result = match(kOptions | PCRE2_NO_JIT);
    if (result < 0)
        return std::nullopt;
    const PCRE2_SIZE* bounds = pcre2_get_ovector_pointer(scratch.data.get());
    return TextRange{bounds[0], bounds[1]};
}

}  // namespace hearth::engine
