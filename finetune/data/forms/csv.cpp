#include "finetune/data/forms/csv.h"

#include <algorithm>

#include "core/strings.h"
#include "finetune/data/forms/container.h"
#include "finetune/data/forms/form.h"

namespace hearth::finetune {

namespace {

constexpr char kSeparators[] = {',', ';', '\t'};

core::Error badRecord(std::string message) {
    return {core::ErrorCode::InvalidArgument, std::move(message), {}};
}

nlohmann::json rowOf(const std::vector<std::string>& names, std::vector<std::string>& fields) {
    nlohmann::json row = nlohmann::json::object();
    for (size_t i = 0; i < names.size(); ++i)
        row[names[i]] = std::move(fields[i]);
    return row;
}

/// The header's names; empty when the text does not begin with a header that can be one.
std::vector<std::string> headerOf(CsvReader& reader) {
    std::vector<std::string> names;
    const auto read = reader.next(names);
    if (!read || !*read)
        return {};
    for (std::string& name : names)
        name = std::string(core::trim(name));
    auto sorted = names;
    std::sort(sorted.begin(), sorted.end());
    const bool named = std::find(names.begin(), names.end(), "") == names.end();
    const bool unique = std::adjacent_find(sorted.begin(), sorted.end()) == sorted.end();
    return named && unique ? names : std::vector<std::string>();
}

/// The separator whose header fits a form; 0: none does.
char separatorOf(std::string_view text) {
    for (const char separator : kSeparators) {
        CsvReader reader(text, separator);
        const auto names = headerOf(reader);
        std::vector<std::string> texts(names.size(), "x");
        if (!names.empty() && formOfRow(rowOf(names, texts)))
            return separator;
    }
    return 0;
}

}  // namespace

bool CsvReader::atLineEnd() const {
    return m_at >= m_text.size() || m_text[m_at] == '\n' ||
           (m_text[m_at] == '\r' && (m_at + 1 == m_text.size() || m_text[m_at + 1] == '\n'));
}

void CsvReader::skipLineEnd() {
    if (m_at < m_text.size() && m_text[m_at] == '\r')
        ++m_at;
    if (m_at < m_text.size() && m_text[m_at] == '\n') {
        ++m_at;
        ++m_line;
    }
}

void CsvReader::skipLine() {
    m_at = std::min(m_text.find('\n', m_at), m_text.size());
    skipLineEnd();
}

core::Result<std::string> CsvReader::quoted() {
    std::string value;
    const int64_t opened = m_line;
    for (++m_at; m_at < m_text.size(); ++m_at) {
        const char c = m_text[m_at];
        if (c == '"') {
            if (m_at + 1 >= m_text.size() || m_text[m_at + 1] != '"') {
                ++m_at;
                return value;
            }
            ++m_at;
        }
        m_line += c == '\n';
        value += c;
        if (value.size() > kMaxRowBytes)
            break;
    }
    return badRecord("the quote that opens in line " + std::to_string(opened) + " is not closed");
}

core::Result<std::string> CsvReader::field() {
    if (m_at < m_text.size() && m_text[m_at] == '"')
        return quoted();
    const size_t begin = m_at;
    while (!atLineEnd() && m_text[m_at] != m_separator) {
        if (m_text[m_at] == '"')
            return badRecord(
                "a quote stands in a field that does not begin with one; put the field in "
                "quotes and double those in it");
        ++m_at;
    }
    return std::string(m_text.substr(begin, m_at - begin));
}

core::Result<bool> CsvReader::next(std::vector<std::string>& fields) {
    fields.clear();
    while (m_at < m_text.size() && atLineEnd())
        skipLineEnd();
    m_recordLine = m_line;
    if (m_at >= m_text.size())
        return false;
    for (;;) {
        auto value = field();
        if (value && !atLineEnd() && m_text[m_at] != m_separator)
            value = badRecord("there is text after a closing quote");
        if (!value) {
            skipLine();
            return value.error();
        }
        fields.push_back(std::move(*value));
        if (atLineEnd())
            break;
        ++m_at;
    }
    skipLineEnd();
    return true;
}

bool looksLikeCsv(std::string_view content) {
    return separatorOf(withoutByteOrderMark(content)) != 0;
}

void readCsvRows(std::string_view content, const RowVisitor& visit) {
    content = withoutByteOrderMark(content);
    const char separator = separatorOf(content);
    CsvReader reader(content, separator ? separator : ',');
    const auto names = headerOf(reader);
    if (names.empty()) {
        visit(1, badRecord("the first line must name the fields, each once"));
        return;
    }
    std::vector<std::string> fields;
    for (;;) {
        const auto read = reader.next(fields);
        if (read && !*read)
            return;
        ReadRow row = read ? ReadRow(nlohmann::json()) : ReadRow(read.error());
        if (read && fields.size() != names.size())
            row = badRecord("has " + std::to_string(fields.size()) + " fields, the header " +
                            std::to_string(names.size()));
        else if (read)
            row = rowOf(names, fields);
        if (!visit(reader.line(), std::move(row)))
            return;
    }
}

}  // namespace hearth::finetune
