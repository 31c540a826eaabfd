#include "app/api/http/head_check.h"

#include <algorithm>
#include <array>
#include <vector>

#include "app/api/http/headers.h"
#include "core/assert.h"
#include "core/strings.h"

namespace hearth::app {
namespace {

using MaybeRejection = std::optional<Rejection>;

struct Field {
    std::string_view name;
    std::string_view value;
};

bool isTokenCharacter(char c) {
    const bool alphanumeric =
        (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    return alphanumeric || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

bool isToken(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), isTokenCharacter);
}

bool isDigits(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

MaybeRejection checkMethod(std::string_view method) {
    static constexpr std::array<std::string_view, 7> kKnown{"GET",   "HEAD",   "POST",   "PUT",
                                                            "PATCH", "DELETE", "OPTIONS"};
    if (!isToken(method))
        return Rejection{400, "The request line has no valid method."};
    if (method == "TRACE" || method == "CONNECT")
        return Rejection{405, "This server does not allow the method " + std::string(method) + "."};
    if (std::find(kKnown.begin(), kKnown.end(), method) == kKnown.end())
        return Rejection{501, "This server does not know that method."};
    return std::nullopt;
}

MaybeRejection checkTarget(std::string_view target, const HeadLimits& limits) {
    if (target.size() > limits.maxTargetBytes)
        return Rejection{
            414, "The URL is longer than " + std::to_string(limits.maxTargetBytes) + " bytes."};
    const auto visible = [](char c) { return c > 0x20 && c < 0x7f && c != '#'; };
    if (target.empty() || target.front() != '/' ||
        !std::all_of(target.begin(), target.end(), visible))
        return Rejection{400, "The request target must be a path that begins with '/'."};
    return std::nullopt;
}

MaybeRejection checkRequestLine(std::string_view line, const HeadLimits& limits) {
    const auto first = line.find(' ');
    const auto last = line.rfind(' ');
    if (first == std::string_view::npos || first == last)
        return Rejection{400, "The request line must be: method, path, HTTP/1.1."};
    if (auto rejection = checkMethod(line.substr(0, first)))
        return rejection;
    const std::string_view version = line.substr(last + 1);
    if (version != "HTTP/1.1")
        return Rejection{version.starts_with("HTTP/") ? 505 : 400,
                         "This server speaks HTTP/1.1 only."};
    return checkTarget(line.substr(first + 1, last - first - 1), limits);
}

MaybeRejection splitField(std::string_view line, const HeadLimits& limits, Field& field) {
    if (line.front() == ' ' || line.front() == '\t')
        return Rejection{400, "A header must not continue on a second line."};
    const auto colon = line.find(':');
    if (colon == std::string_view::npos)
        return Rejection{400, "A header line has no colon."};
    field = {line.substr(0, colon), core::trim(line.substr(colon + 1))};
    if (field.name.size() > limits.maxNameBytes || field.value.size() > limits.maxValueBytes)
        return Rejection{431, "A header is too long."};
    if (!isToken(field.name))
        return Rejection{400, "A header's name has a character that is not allowed."};
    return std::nullopt;
}

// A second one of these would let two readers choose differently.
MaybeRejection checkSingletons(const std::vector<Field>& fields) {
    static constexpr std::array<std::string_view, 6> kSingle{
        "host", "content-length", "transfer-encoding", "authorization", "content-type", "expect"};
    for (const std::string_view name : kSingle) {
        const auto sameName = [&](const Field& f) { return equalsIgnoringCase(f.name, name); };
        if (std::count_if(fields.begin(), fields.end(), sameName) > 1)
            return Rejection{400, "The header " + std::string(name) + " must not be repeated."};
    }
    return std::nullopt;
}

const Field* findField(const std::vector<Field>& fields, std::string_view name) {
    for (const Field& field : fields)
        if (equalsIgnoringCase(field.name, name))
            return &field;
    return nullptr;
}

MaybeRejection checkHost(const std::vector<Field>& fields) {
    const auto allowed = [](char c) {
        return isTokenCharacter(c) || c == ':' || c == '[' || c == ']';
    };
    const Field* host = findField(fields, "host");
    if (host == nullptr || host->value.empty() ||
        !std::all_of(host->value.begin(), host->value.end(), allowed))
        return Rejection{400, "The request needs one valid Host header."};
    return std::nullopt;
}

MaybeRejection checkFraming(const std::vector<Field>& fields, std::string_view method) {
    const Field* length = findField(fields, "content-length");
    const Field* encoding = findField(fields, "transfer-encoding");
    if (length != nullptr && encoding != nullptr)
        return Rejection{400, "Content-Length and Transfer-Encoding must not come together."};
    // 18 digits are more than any limit and still fit 64 bits.
    if (length != nullptr && (!isDigits(length->value) || length->value.size() > 18))
        return Rejection{400, "Content-Length must be a decimal number."};
    if (encoding != nullptr && !equalsIgnoringCase(encoding->value, "chunked"))
        return Rejection{501, "The only Transfer-Encoding that this server knows is chunked."};
    const bool needsLength = method == "POST" || method == "PUT" || method == "PATCH";
    if (needsLength && length == nullptr && encoding == nullptr)
        return Rejection{411, "The request needs a Content-Length or Transfer-Encoding: chunked."};
    return std::nullopt;
}

MaybeRejection checkExpect(const std::vector<Field>& fields) {
    const Field* expect = findField(fields, "expect");
    if (expect != nullptr && !equalsIgnoringCase(expect->value, "100-continue"))
        return Rejection{417, "The only expectation that this server meets is 100-continue."};
    return std::nullopt;
}

bool isForbidden(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t' && c != '\r' && c != '\n') || byte == 0x7f;
}

}  // namespace

MaybeRejection HeadScanner::scan(std::string_view buffer) {
    for (; m_scanned < buffer.size() && !m_headBytes; ++m_scanned) {
        if (m_scanned >= m_limits.maxHeadBytes)
            return Rejection{431, "The request's headers are too large."};
        const char c = buffer[m_scanned];
        const bool afterReturn = m_scanned > 0 && buffer[m_scanned - 1] == '\r';
        if (isForbidden(c) || afterReturn != (c == '\n'))
            return Rejection{400, "The request's head has a control character or a bare line end."};
        if (c != '\n')
            continue;
        if (m_scanned - m_lineBegin == 1) {
            if (m_lineBegin == 0)
                return Rejection{400, "The request begins with an empty line."};
            m_headBytes = m_scanned + 1;
        }
        m_lineBegin = m_scanned + 1;
    }
    return std::nullopt;
}

MaybeRejection checkHead(std::string_view head, const HeadLimits& limits) {
    CORE_ASSERT(head.ends_with("\r\n\r\n"));
    head.remove_suffix(2);
    const auto lineEnd = head.find("\r\n");
    const std::string_view requestLine = head.substr(0, lineEnd);
    if (auto rejection = checkRequestLine(requestLine, limits))
        return rejection;

    std::vector<Field> fields;
    for (std::size_t begin = lineEnd + 2; begin < head.size();) {
        const auto end = head.find("\r\n", begin);
        if (fields.size() == limits.maxFields)
            return Rejection{431, "The request has too many headers."};
        if (auto rejection =
                splitField(head.substr(begin, end - begin), limits, fields.emplace_back()))
            return rejection;
        begin = end + 2;
    }
    if (auto rejection = checkSingletons(fields))
        return rejection;
    if (auto rejection = checkHost(fields))
        return rejection;
    if (auto rejection = checkExpect(fields))
        return rejection;
    return checkFraming(fields, requestLine.substr(0, requestLine.find(' ')));
}

}  // namespace hearth::app
