#include "app/api/http/multipart.h"

#include <algorithm>
#include <utility>

#include "app/api/http/headers.h"
#include "core/strings.h"

namespace hearth::app {
namespace {

constexpr std::string_view kLineEnd = "\r\n";

core::Error bad(std::string message) {
    return {core::ErrorCode::InvalidArgument, "The multipart form is malformed: " + message, ""};
}

/// A header's value and its parameters: form-data; name="file"; filename="a.jsonl".
struct Parameterised {
    std::string value;
    Headers parameters;
};

core::Result<std::string> takeQuoted(std::string_view& rest) {
    std::string text;
    for (std::size_t i = 1; i < rest.size(); ++i) {
        char c = rest[i];
        if (c == '"') {
            rest.remove_prefix(i + 1);
            return text;
        }
        if (c == '\\' && i + 1 < rest.size() && (rest[i + 1] == '"' || rest[i + 1] == '\\'))
            c = rest[++i];
        text.push_back(c);
    }
    return bad("a quoted text has no end.");
}

core::Result<Parameterised> parseParameterised(std::string_view header) {
    Parameterised parsed;
    const auto valueEnd = std::min(header.find(';'), header.size());
    parsed.value = core::trim(header.substr(0, valueEnd));
    std::string_view rest = header.substr(valueEnd);
    while (!rest.empty()) {
        if (rest.front() != ';')
            return bad("a header's parameters are not separated by semicolons.");
        rest = core::trim(rest.substr(1));
        const auto equals = rest.find('=');
        if (equals == std::string_view::npos)
            return bad("a header's parameter has no value.");
        const std::string name(core::trim(rest.substr(0, equals)));
        rest.remove_prefix(equals + 1);
        std::string value;
        if (rest.starts_with('"')) {
            CORE_ASSIGN(value, takeQuoted(rest));
        } else {
            const auto end = std::min(rest.find(';'), rest.size());
            value = core::trim(rest.substr(0, end));
            rest.remove_prefix(end);
        }
        rest = core::trim(rest);
        if (parsed.parameters.find(name))
            return bad("a header repeats the parameter " + core::printable(name, 40) + ".");
        parsed.parameters.add(name, std::move(value));
    }
    return parsed;
}

core::Result<std::string> parseBoundary(std::string_view contentType) {
    CORE_ASSIGN(const auto header, parseParameterised(contentType));
    if (!equalsIgnoringCase(header.value, "multipart/form-data"))
        return core::Error{core::ErrorCode::InvalidArgument,
                           "The content-type must be multipart/form-data.", ""};
    const auto boundary = header.parameters.find("boundary").value_or("");
    const auto allowed = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
               std::string_view("'()+_,-./:=? ").find(c) != std::string_view::npos;
    };
    if (boundary.empty() || boundary.size() > 70 || boundary.back() == ' ' ||
        !std::all_of(boundary.begin(), boundary.end(), allowed))
        return bad("its boundary must have 1 to 70 of the characters that RFC 2046 allows.");
    return "--" + std::string(boundary);
}

core::Status readDisposition(std::string_view value, MultipartPart& part) {
    CORE_ASSIGN(const auto disposition, parseParameterised(value));
    if (!equalsIgnoringCase(disposition.value, "form-data"))
        return bad("a part's content-disposition is not form-data.");
    part.name = disposition.parameters.find("name").value_or("");
    if (const auto fileName = disposition.parameters.find("filename"))
        part.fileName = std::string(*fileName);
    return {};
}

core::Status readPartHeader(std::string_view line, MultipartPart& part) {
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || line.front() == ' ' || line.front() == '\t')
        return bad("a part has a broken header.");
    const std::string_view name = line.substr(0, colon);
    const std::string_view value = core::trim(line.substr(colon + 1));
    if (equalsIgnoringCase(name, "content-disposition"))
        return readDisposition(value, part);
    if (equalsIgnoringCase(name, "content-type"))
        part.contentType = value;
    if (equalsIgnoringCase(name, "content-transfer-encoding") &&
        !equalsIgnoringCase(value, "binary") && !equalsIgnoringCase(value, "8bit") &&
        !equalsIgnoringCase(value, "7bit"))
        return bad("a part is encoded as " + core::printable(value, 40) + ", which is not known.");
    return {};
}

core::Result<MultipartPart> readPartHead(std::string_view head) {
    const auto isControl = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
    MultipartPart part;
    while (!head.empty()) {
        const auto end = std::min(head.find(kLineEnd), head.size());
        const std::string_view line = head.substr(0, end);
        if (line.empty() || std::any_of(line.begin(), line.end(), isControl) ||
            !core::isValidUtf8(line))
            return bad("a part's header is empty, is not UTF-8 or has control characters.");
        CORE_TRY(readPartHeader(line, part));
        head.remove_prefix(std::min(end + kLineEnd.size(), head.size()));
    }
    if (part.name.empty())
        return bad("a part has no name.");
    return part;
}

/// Walks over the body; every step either consumes what it expects or fails.
class Reader {
public:
    Reader(std::string_view body, std::string boundary, const MultipartLimits& limits)
        : m_rest(body), m_delimiter("\r\n" + boundary), m_limits(limits) {}

    core::Result<MultipartForm> read() {
        if (!take(std::string_view(m_delimiter).substr(kLineEnd.size())))
            return bad("it does not begin with its boundary.");
        MultipartForm form;
        while (!take("--")) {
            if (form.parts.size() == m_limits.maxParts)
                return bad("it has more than " + std::to_string(m_limits.maxParts) + " parts.");
            CORE_ASSIGN(auto part, readPart());
            if (form.find(part.name) != nullptr && !part.name.ends_with("[]"))
                return bad("the part " + core::printable(part.name, 40) + " is repeated.");
            form.parts.push_back(std::move(part));
        }
        if (!m_rest.empty() && m_rest != kLineEnd)
            return bad("something follows its closing boundary.");
        return form;
    }

private:
    bool take(std::string_view expected) {
        if (!m_rest.starts_with(expected))
            return false;
        m_rest.remove_prefix(expected.size());
        return true;
    }

    core::Result<MultipartPart> readPart() {
        if (!take(kLineEnd))
            return bad("a boundary is not followed by a line end.");
        const auto headEnd = m_rest.substr(0, m_limits.maxPartHeadBytes + 4).find("\r\n\r\n");
        if (headEnd == std::string_view::npos)
            return bad("a part's headers are too long or have no end.");
        CORE_ASSIGN(auto part, readPartHead(m_rest.substr(0, headEnd)));
        m_rest.remove_prefix(headEnd + 4);

        const auto end = m_rest.find(m_delimiter);
        if (end == std::string_view::npos)
            return bad("it ends before its closing boundary.");
        part.content = m_rest.substr(0, end);
        if (!part.fileName && part.content.size() > m_limits.maxFieldBytes)
            return bad("the field " + core::printable(part.name, 40) + " is too long.");
        m_rest.remove_prefix(end + m_delimiter.size());
        return part;
    }

    std::string_view m_rest;
    const std::string m_delimiter;
    const MultipartLimits& m_limits;
};

}  // namespace

const MultipartPart* MultipartForm::find(std::string_view name) const {
    const auto found = std::find_if(parts.begin(), parts.end(),
                                    [&](const MultipartPart& part) { return part.name == name; });
    return found == parts.end() ? nullptr : &*found;
}

core::Result<MultipartForm> parseMultipart(std::string_view contentType, std::string_view body,
                                           const MultipartLimits& limits) {
    CORE_ASSIGN(auto boundary, parseBoundary(contentType));
    return Reader(body, std::move(boundary), limits).read();
}

}  // namespace hearth::app
