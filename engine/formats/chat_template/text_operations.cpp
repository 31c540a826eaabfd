#include "engine/formats/chat_template/text_operations.h"

#include <utf8proc.h>

#include <algorithm>
#include <set>

#include "engine/formats/chat_template/operations.h"
#include "engine/formats/chat_template/python_text.h"
#include "engine/formats/utf8.h"

namespace hearth::engine::jinja {

namespace {

constexpr size_t kBytesOfInsertion = 16;  // that could be read while a set takes one character

/// str.isspace(): Unicode's white space and the four separators of ASCII.
bool isPythonSpace(char32_t c) {
    return utf8::isWhiteSpace(c) || (c >= 0x1C && c <= 0x1F);
}

size_t previousCharacter(const std::string& text, size_t end) {
    size_t begin = end - 1;
    while (begin > 0 && (static_cast<unsigned char>(text[begin]) & 0xC0) == 0x80)
        --begin;
    return begin;
}

template <typename Belongs>
std::pair<size_t, size_t> stripBounds(const std::string& text, Side side, Belongs belongs) {
    size_t begin = 0;
    size_t end = text.size();
    while (side != Side::Right && begin < end && belongs(begin))
        begin += utf8::decodeAt(text, begin).length;
    while (side != Side::Left && end > begin && belongs(previousCharacter(text, end)))
        end = previousCharacter(text, end);
    return {begin, end};
}

std::set<char32_t> charactersOf(Runtime& runtime, const MarkedString& text) {
    std::set<char32_t> characters;
    for (size_t i = 0; i < text.size();) {
        const utf8::Sequence c = utf8::decodeAt(text.bytes(), i);
        characters.insert(c.codePoint);
        runtime.scan(kBytesOfInsertion);
        i += c.length;
    }
    return characters;
}

Value part(Runtime& runtime, const MarkedString& text, size_t begin, size_t end) {
    runtime.charge(end - begin + sizeof(MarkedString));
    return Value(text.part(begin, end));
}

Value splitAtSpace(Runtime& runtime, const MarkedString& text, int64_t limit) {
    const std::string& bytes = text.bytes();
    const auto skip = [&](size_t i, bool space) {
        while (i < bytes.size()) {
            const utf8::Sequence c = utf8::decodeAt(bytes, i);
            if (isPythonSpace(c.codePoint) != space)
                break;
            i += c.length;
        }
        return i;
    };
    std::vector<Value> parts;
    for (size_t i = skip(0, true); i < bytes.size();) {
        const bool isRest = limit >= 0 && static_cast<int64_t>(parts.size()) == limit;
        const size_t end = isRest ? bytes.size() : skip(i, false);
        parts.push_back(part(runtime, text, i, end));
        i = skip(end, true);
    }
    return runtime.makeList(std::move(parts));
}

}  // namespace

ReverseFinder::ReverseFinder(Runtime& runtime, std::string_view text, std::string_view needle) {
    runtime.charge(text.size() + needle.size());
    m_text.assign(text.rbegin(), text.rend());
    m_needle.assign(needle.rbegin(), needle.rend());
}

size_t ReverseFinder::before(size_t end) const {
    const size_t found = findBytes(m_text, m_needle, m_text.size() - end);
    return found == std::string::npos ? found : m_text.size() - found - m_needle.size();
}

MarkedString stripped(Runtime& runtime, const MarkedString& text, const MarkedString* characters,
                      Side side) {
    const std::string& bytes = text.bytes();
    runtime.scan(bytes.size());
    const auto wanted = characters ? charactersOf(runtime, *characters) : std::set<char32_t>();
    const auto [begin, end] = stripBounds(bytes, side, [&](size_t at) {
        const utf8::Sequence c = utf8::decodeAt(bytes, at);
        return characters ? wanted.contains(c.codePoint) : isPythonSpace(c.codePoint);
    });
    TextBuilder out(runtime);
    out.append(text, begin, end);
    return out.take();
}

MarkedString replaced(Runtime& runtime, const MarkedString& text, const MarkedString& from,
                      const MarkedString& to, int64_t count) {
    if (from.empty())
        runtime.fail("replace needs a text to look for");
    TextBuilder out(runtime);
    size_t done = 0;
    for (size_t found = findBytes(text.bytes(), from.bytes());
         found != std::string_view::npos && count != 0;
         found = findBytes(text.bytes(), from.bytes(), done), --count) {
        out.append(text, done, found);
        out.append(to);
        done = found + from.size();
    }
    out.append(text, done, text.size());
    return out.take();
}

MarkedString joined(Runtime& runtime, const List& items, const MarkedString& separator) {
    TextBuilder out(runtime);
    for (const Value& item : items.items) {
        if (&item != &items.items.front())
            out.append(separator);
        appendString(out, item);
        runtime.step();
    }
    return out.take();
}

MarkedString withCase(Runtime& runtime, const MarkedString& text, LetterCase letterCase) {
    TextBuilder out(runtime);
    bool wordStart = true;
    for (size_t i = 0; i < text.size();) {
        const utf8::Sequence c = utf8::decodeAt(text.bytes(), i);
        const bool upper =
            letterCase == LetterCase::Upper || (letterCase != LetterCase::Lower && wordStart);
        const auto codePoint = static_cast<utf8proc_int32_t>(c.codePoint);
        std::string changed;
        utf8::append(static_cast<char32_t>(upper ? utf8proc_toupper(codePoint)
                                                 : utf8proc_tolower(codePoint)),
                     changed);
        out.append(changed, text.originAt(i));
        const bool isLetter = utf8proc_toupper(codePoint) != utf8proc_tolower(codePoint);
        wordStart = letterCase == LetterCase::Title && !isLetter;
        i += c.length;
    }
    return out.take();
}

Value splitText(Runtime& runtime, const MarkedString& text, const MarkedString* separator,
                int64_t limit) {
    if (!separator)
        return splitAtSpace(runtime, text, limit);
    if (separator->empty())
        runtime.fail("split needs a separator");
    std::vector<Value> parts;
    size_t done = 0;
    for (size_t found = findBytes(text.bytes(), separator->bytes());
         found != std::string_view::npos && limit != 0;
         found = findBytes(text.bytes(), separator->bytes(), done), --limit) {
        parts.push_back(part(runtime, text, done, found));
        done = found + separator->size();
    }
    parts.push_back(part(runtime, text, done, text.size()));
    return runtime.makeList(std::move(parts));
}

Value splitTextFromRight(Runtime& runtime, const MarkedString& text, const MarkedString& separator,
                         int64_t limit) {
    if (separator.empty())
        runtime.fail("rsplit needs a separator");
    std::vector<Value> parts;
    const ReverseFinder finder(runtime, text.bytes(), separator.bytes());
    size_t end = text.size();
    while (limit != 0) {
        const size_t found = finder.before(end);
        if (found == std::string::npos)
            break;
        parts.push_back(part(runtime, text, found + separator.size(), end));
        end = found;
        --limit;
    }
    parts.push_back(part(runtime, text, 0, end));
    std::reverse(parts.begin(), parts.end());
    return runtime.makeList(std::move(parts));
}

Value splitLines(Runtime& runtime, const MarkedString& text) {
    const std::string& bytes = text.bytes();
    std::vector<Value> lines;
    for (size_t begin = 0; begin < bytes.size();) {
        const size_t end = std::min(bytes.find_first_of("\r\n", begin), bytes.size());
        lines.push_back(part(runtime, text, begin, end));
        begin = end + (bytes.compare(end, 2, "\r\n") == 0 ? 2 : 1);
    }
    return runtime.makeList(std::move(lines));
}

}  // namespace hearth::engine::jinja
