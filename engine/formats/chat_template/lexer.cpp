#include "engine/formats/chat_template/lexer.h"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/formats/chat_template/failure.h"
#include "engine/formats/utf8.h"

namespace hearth::engine::jinja {

namespace {

constexpr std::string_view kSpace = " \t\n\r\v\f";
constexpr std::array<std::string_view, 6> kLongOperators = {"==", "!=", ">=", "<=", "//", "**"};
constexpr std::string_view kOperators = "+-*/%~<>=()[]{}.,:|";

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}
bool isNameStart(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
int hexDigit(char c) {
    if (isDigit(c))
        return c - '0';
    const char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// \r\n and \r become \n, and one line end at the very end goes.
std::string normalized(std::string_view source) {
    std::string out;
    out.reserve(source.size());
    for (size_t i = 0; i < source.size(); ++i) {
        if (source[i] != '\r')
            out.push_back(source[i]);
        else if (i + 1 == source.size() || source[i + 1] != '\n')
            out.push_back('\n');
    }
    if (out.ends_with('\n'))
        out.pop_back();
    return out;
}

class Lexer {
public:
    explicit Lexer(std::string source) : m_source(std::move(source)) {}

    std::vector<Token> run() {
        while (m_position < m_source.size()) {
            const size_t tag = nextTag();
            if (tag == std::string::npos) {
                addData(m_position, m_source.size());
                m_position = m_source.size();
            } else {
                readTag(tag);
            }
        }
        add(TokenKind::End, "");
        return std::move(m_tokens);
    }

private:
    char at(size_t index) const { return index < m_source.size() ? m_source[index] : '\0'; }
    bool startsWith(std::string_view text) const {
        return std::string_view(m_source).substr(m_position).starts_with(text);
    }
    void add(TokenKind kind, std::string text) {
        m_tokens.push_back({kind, std::move(text), m_line});
    }

    /// Moves on and counts lines.
    void advanceTo(size_t end) {
        const auto begin = m_source.begin();
        m_line += static_cast<int>(std::count(begin + static_cast<ptrdiff_t>(m_position),
                                              begin + static_cast<ptrdiff_t>(end), '\n'));
        m_position = end;
    }

    size_t nextTag() const {
        size_t brace = m_source.find('{', m_position);
        while (brace != std::string::npos) {
            const char c = at(brace + 1);
            if (c == '{' || c == '%' || c == '#')
                return brace;
            brace = m_source.find('{', brace + 1);
        }
        return brace;
    }

    void addData(size_t begin, size_t end) {
        if (begin < end)
            add(TokenKind::Data, m_source.substr(begin, end - begin));
    }

    /// Where the text before a tag ends, once white space control has had its say.
    size_t dataEnd(size_t tag) const {
        const char control = at(tag + 2);
        size_t end = tag;
        if (control == '-') {
            while (end > m_position && kSpace.find(m_source[end - 1]) != std::string_view::npos)
                --end;
            return end;
        }
        if (control == '+' || at(tag + 1) == '{')
            return tag;
        while (end > m_position && m_source[end - 1] != '\n' &&
               kSpace.find(m_source[end - 1]) != std::string_view::npos)
            --end;
        const bool atLineStart = end > m_position ? m_source[end - 1] == '\n' : m_atLineStart;
        return atLineStart ? end : tag;
    }

    void readTag(size_t tag) {
        addData(m_position, dataEnd(tag));
        advanceTo(tag);
        const char kind = at(tag + 1);
        const char control = at(tag + 2);
        advanceTo(tag + (control == '-' || (control == '+' && kind != '{') ? 3 : 2));
        if (kind == '#')
            readComment();
        else if (kind == '%')
            readBlock();
        else
            readVariable();
        m_atLineStart = m_position > 0 && m_source[m_position - 1] == '\n';
    }

    void readComment() {
        const size_t end = m_source.find("#}", m_position);
        if (end == std::string::npos)
            fail("a comment is not closed", m_line);
        const char control = end > m_position ? m_source[end - 1] : '\0';
        advanceTo(end + 2);
        skipAfterBlock(control);
    }

    void skipAfterBlock(char control) {
        if (control == '-')
            skipSpace();
        else if (control != '+' && at(m_position) == '\n')
            advanceTo(m_position + 1);
    }

    void skipSpace() {
        advanceTo(std::min(m_source.find_first_not_of(kSpace, m_position), m_source.size()));
    }

    void readBlock() {
        if (const size_t end = rawTagEnd("raw", m_position); end != std::string::npos)
            return readRaw(end);
        add(TokenKind::BlockBegin, "{%");
        const char control = readExpressionTokens("%}");
        add(TokenKind::BlockEnd, "%}");
        skipAfterBlock(control);
    }

    void readVariable() {
        add(TokenKind::VariableBegin, "{{");
        const char control = readExpressionTokens("}}");
        add(TokenKind::VariableEnd, "}}");
        if (control == '-')
            skipSpace();
    }

    /// Past the end of " name %}" at `position`, or npos when something else stands there.
    size_t rawTagEnd(std::string_view name, size_t position) const {
        size_t i = m_source.find_first_not_of(kSpace, position);
        if (i == std::string::npos || m_source.compare(i, name.size(), name) != 0)
            return std::string::npos;
        i = m_source.find_first_not_of(kSpace, i + name.size());
        if (i == std::string::npos)
            return i;
        i += at(i) == '-' || at(i) == '+' ? 1 : 0;
        return m_source.compare(i, 2, "%}") == 0 ? i + 2 : std::string::npos;
    }

    void readRaw(size_t bodyStart) {
        const int line = m_line;
        const char control = m_source[bodyStart - 3];
        advanceTo(bodyStart);
        skipAfterBlock(control);
        for (size_t tag = m_source.find("{%", m_position); tag != std::string::npos;
             tag = m_source.find("{%", tag + 2)) {
            const size_t inner = tag + (at(tag + 2) == '-' || at(tag + 2) == '+' ? 3 : 2);
            const size_t end = rawTagEnd("endraw", inner);
            if (end == std::string::npos)
                continue;
            addData(m_position, dataEnd(tag));
            advanceTo(end);
            return skipAfterBlock(m_source[end - 3]);
        }
        fail("a raw block is not closed", line);
    }

    /// Reads tokens up to and past `end`; returns the white space control before it.
    char readExpressionTokens(std::string_view end) {
        const int line = m_line;
        int braces = 0;
        for (skipSpace(); m_position < m_source.size(); skipSpace()) {
            if (braces == 0) {
                const char c = at(m_position);
                const bool control = c == '-' || c == '+';
                if (m_source.compare(m_position + control, end.size(), end) == 0) {
                    advanceTo(m_position + control + end.size());
                    return control ? c : '\0';
                }
            }
            readToken();
            const Token& token = m_tokens.back();
            if (token.isOperator("{"))
                ++braces;
            if (token.isOperator("}"))
                --braces;
        }
        fail("a tag is not closed by " + std::string(end), line);
    }

    void readToken() {
        const char c = at(m_position);
        if (isDigit(c))
            return readNumber();
        if (isNameStart(c))
            return readName();
        if (c == '"' || c == '\'')
            return readString(c);
        readOperator();
    }

    void readName() {
        size_t end = m_position;
        while (isNameStart(at(end)) || isDigit(at(end)))
            ++end;
        add(TokenKind::Name, m_source.substr(m_position, end - m_position));
        m_position = end;
    }

    void readNumber() {
        std::string digits;
        const auto take = [&] {
            for (; isDigit(at(m_position)) || at(m_position) == '_'; ++m_position) {
                if (at(m_position) != '_')
                    digits.push_back(at(m_position));
            }
        };
        take();
        bool isFloat = false;
        if (at(m_position) == '.' && isDigit(at(m_position + 1))) {
            isFloat = true;
            digits.push_back('.');
            ++m_position;
            take();
        }
        const size_t sign = at(m_position + 1) == '-' || at(m_position + 1) == '+' ? 1 : 0;
        if ((at(m_position) | 0x20) == 'e' && isDigit(at(m_position + 1 + sign))) {
            isFloat = true;
            digits += m_source.substr(m_position, 1 + sign);
            m_position += 1 + sign;
            take();
        }
        add(isFloat ? TokenKind::Float : TokenKind::Integer, std::move(digits));
    }

    void readOperator() {
        for (const std::string_view op : kLongOperators) {
            if (startsWith(op)) {
                add(TokenKind::Operator, std::string(op));
                m_position += op.size();
                return;
            }
        }
        if (kOperators.find(at(m_position)) == std::string_view::npos)
            fail("unexpected character in a tag", m_line);
        add(TokenKind::Operator, std::string(1, at(m_position)));
        ++m_position;
    }

    void readString(char quote) {
        const int line = m_line;
        std::string value;
        size_t i = m_position + 1;
        while (i < m_source.size() && m_source[i] != quote) {
            if (m_source[i] == '\\' && i + 1 < m_source.size())
                i = readEscape(i + 1, value);
            else
                value.push_back(m_source[i++]);
        }
        if (i >= m_source.size())
            fail("a string is not closed", line);
        add(TokenKind::String, std::move(value));
        advanceTo(i + 1);
    }

    /// Python's escapes; an unknown one keeps its backslash. Returns the position after it.
    size_t readEscape(size_t i, std::string& value) const {
        constexpr std::string_view kNames = "ntrbfav0\\'\"";
        constexpr std::string_view kValues("\n\t\r\b\f\a\v\0\\'\"", 11);
        const char c = m_source[i];
        if (const size_t found = kNames.find(c); found != std::string_view::npos) {
            value.push_back(kValues[found]);
            return i + 1;
        }
        if (c == '\n')
            return i + 1;
        const size_t digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
        char32_t codePoint = 0;
        for (size_t k = 1; k <= digits; ++k) {
            const int digit = hexDigit(at(i + k));
            if (digit < 0)
                fail("a broken escape in a string", m_line);
            codePoint = codePoint << 4 | static_cast<char32_t>(digit);
        }
        if (digits == 0)
            value.append({'\\', c});
        else if (codePoint > 0x10FFFF || (codePoint >= 0xD800 && codePoint <= 0xDFFF))
            fail("an escape in a string is no character", m_line);
        else
            utf8::append(codePoint, value);
        return i + 1 + digits;
    }

    std::string m_source;
    size_t m_position = 0;
    int m_line = 1;
    bool m_atLineStart = true;
    std::vector<Token> m_tokens;
};

}  // namespace

std::vector<Token> tokenize(std::string_view source) {
    return Lexer(normalized(source)).run();
}

}  // namespace hearth::engine::jinja
