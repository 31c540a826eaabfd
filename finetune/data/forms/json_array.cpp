// An array of objects. Its elements are cut out first, so that an error has a line and a bad row
// does not hide the good ones.
#include "finetune/data/forms/container.h"

namespace hearth::finetune {

namespace {

core::Error broken(const char* what) {
    return {core::ErrorCode::InvalidArgument, what, {}};
}

class ArrayScanner {
public:
    explicit ArrayScanner(std::string_view text) : m_text(text) {}

    void run(const RowVisitor& visit) {
        skipSpace();
        ++m_at;  // the bracket that recogniseContainer saw
        for (;;) {
            skipSpace();
            if (at(']'))
                return finish(visit);
            const int64_t line = m_line;
            const std::string_view element = takeElement();
            if (m_at >= m_text.size()) {
                visit(line, broken("the array is not closed: the file ends within it"));
                return;
            }
            if (!visit(line, parseRow(element)))
                return;
            if (at(','))
                ++m_at;
        }
    }

private:
    bool at(char c) const { return m_at < m_text.size() && m_text[m_at] == c; }

    void advance() { m_line += m_text[m_at++] == '\n'; }

    void skipSpace() {
        while (m_at < m_text.size() &&
               std::string_view(" \t\r\n").find(m_text[m_at]) != std::string_view::npos)
            advance();
    }

    void skipString() {
        advance();
        while (m_at < m_text.size() && m_text[m_at] != '"') {
            if (m_text[m_at] == '\\' && m_at + 1 < m_text.size())
                advance();
            advance();
        }
        if (m_at < m_text.size())
            advance();
    }

    /// Up to the comma or bracket that ends it, which stays.
    std::string_view takeElement() {
        const size_t begin = m_at;
        int64_t depth = 0;
        while (m_at < m_text.size()) {
            const char c = m_text[m_at];
            if (depth == 0 && (c == ',' || c == ']'))
                break;
            if (c == '"') {
                skipString();
                continue;
            }
            depth += c == '{' || c == '[';
            depth -= c == '}' || c == ']';
            advance();
        }
        return m_text.substr(begin, m_at - begin);
    }

    void finish(const RowVisitor& visit) {
        ++m_at;
        skipSpace();
        if (m_at < m_text.size())
            visit(m_line, broken("there is text after the array's end"));
    }

    std::string_view m_text;
    size_t m_at = 0;
    int64_t m_line = 1;
};

}  // namespace

void readJsonArrayRows(std::string_view content, const RowVisitor& visit) {
    ArrayScanner(withoutByteOrderMark(content)).run(visit);
}

}  // namespace hearth::finetune
