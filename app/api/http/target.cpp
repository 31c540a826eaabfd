#include "app/api/http/target.h"

#include <algorithm>

#include "core/strings.h"

namespace hearth::app {
namespace {

core::Error bad(const char* message) {
    return {core::ErrorCode::InvalidArgument, message, ""};
}

bool isControl(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
}

core::Result<std::string> decode(std::string_view text, bool plusIsSpace) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (c == '+' && plusIsSpace) {
            c = ' ';
        } else if (c == '%') {
            const int high = i + 2 < text.size() ? core::hexDigitValue(text[i + 1]) : -1;
            const int low = i + 2 < text.size() ? core::hexDigitValue(text[i + 2]) : -1;
            if (high < 0 || low < 0)
                return bad("The URL has a broken percent escape.");
            c = static_cast<char>(high * 16 + low);
            i += 2;
        }
        decoded.push_back(c);
    }
    if (std::any_of(decoded.begin(), decoded.end(), isControl) || !core::isValidUtf8(decoded))
        return bad("The URL has control characters or is not UTF-8.");
    return decoded;
}

core::Status parseQuery(std::string_view text, Target& target) {
    for (const std::string_view pair : core::split(text, '&')) {
        if (pair.empty())
            continue;
        const auto equals = pair.find('=');
        CORE_ASSIGN(auto name, decode(pair.substr(0, equals), true));
        std::string value;
        if (equals != std::string_view::npos) {
            CORE_ASSIGN(value, decode(pair.substr(equals + 1), true));
        }
        target.query.emplace(std::move(name), std::move(value));
    }
    return {};
}

}  // namespace

core::Result<Target> parseTarget(std::string_view text) {
    if (text.empty() || text.front() != '/')
        return bad("The request target must be a path that begins with '/'.");
    const auto question = text.find('?');
    Target target;
    target.path = text.substr(0, question);
    for (const std::string_view part : core::split(std::string_view(target.path).substr(1), '/')) {
        auto segment = decode(part, false);
        if (!segment)
            return segment.error();
        if (*segment == "." || *segment == "..")
            return bad("The URL's path must not have '.' or '..' segments.");
        target.segments.push_back(std::move(*segment));
    }
    if (question != std::string_view::npos)
        CORE_TRY(parseQuery(text.substr(question + 1), target));
    return target;
}

}  // namespace hearth::app
