// Records of RFC 4180: fields in double quotes may hold separators, line ends and doubled quotes.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace hearth::finetune {

class CsvReader {
public:
    CsvReader(std::string_view text, char separator) : m_text(text), m_separator(separator) {}

    /// The next record that is not a blank line. False: there is none. Errors: InvalidArgument
    /// without the line's number; next() goes on with the line after.
    core::Result<bool> next(std::vector<std::string>& fields);
    /// Where the last record began, from 1.
    int64_t line() const { return m_recordLine; }

private:
    bool atLineEnd() const;
    void skipLineEnd();
    void skipLine();
    core::Result<std::string> field();
    core::Result<std::string> quoted();

    std::string_view m_text;
    char m_separator;
    size_t m_at = 0;
    int64_t m_line = 1;
    int64_t m_recordLine = 1;
};

}  // namespace hearth::finetune
