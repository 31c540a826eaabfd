#include "engine/formats/chat_template/python_text.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "engine/formats/utf8.h"

namespace hearth::engine::jinja {

namespace {

void appendHex(std::string& out, char32_t value, int digits) {
    for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4)
        out.push_back("0123456789abcdef"[value >> shift & 15]);
}

/// Writes text with some characters replaced; a replacement has its character's origin.
/// escape(codePoint, out) leaves out empty for a character that stays.
template <typename Escape>
void appendEscaped(TextBuilder& out, const MarkedString& text, Escape escape) {
    size_t plain = 0;
    std::string replacement;
    for (size_t i = 0; i < text.size();) {
        const utf8::Sequence c = utf8::decodeAt(text.bytes(), i);
        replacement.clear();
        escape(c.codePoint, replacement);
        if (!replacement.empty()) {
            out.append(text, plain, i);
            out.append(replacement, text.originAt(i));
            plain = i + c.length;
        }
        i += c.length;
    }
    out.append(text, plain, text.size());
}

std::string numberText(const Value& value) {
    return value.isDouble() ? floatText(value.number()) : std::to_string(value.integer());
}

/// Python's repr prefers single quotes.
void appendRepr(TextBuilder& out, const MarkedString& text) {
    const bool single =
        text.bytes().find('\'') == std::string::npos || text.bytes().find('"') != std::string::npos;
    const char quote = single ? '\'' : '"';
    out.append(std::string_view(&quote, 1));
    appendEscaped(out, text, [quote](char32_t c, std::string& to) {
        if (c == '\\' || c == static_cast<unsigned char>(quote))
            to = {'\\', static_cast<char>(c)};
        else if (c == '\n' || c == '\r' || c == '\t')
            to = {'\\', c == '\n' ? 'n' : c == '\r' ? 'r' : 't'};
        else if (c < 0x20 || (c >= 0x7F && c < 0xA1)) {
            to = "\\x";
            appendHex(to, c, 2);
        }
    });
    out.append(std::string_view(&quote, 1));
}

void appendRepr(TextBuilder& out, const Value& value) {
    out.runtime().step();
    if (const MarkedString* text = value.text())
        return appendRepr(out, *text);
    if (const List* list = value.list()) {
        out.append("[");
        for (const Value& item : list->items) {
            if (&item != &list->items.front())
                out.append(", ");
            appendRepr(out, item);
        }
        return out.append("]");
    }
    if (const Dict* dict = value.dict()) {
        out.append("{");
        for (const auto& entry : dict->entries) {
            if (&entry != &dict->entries.front())
                out.append(", ");
            appendRepr(out, entry.first);
            out.append(": ");
            appendRepr(out, entry.second);
        }
        return out.append("}");
    }
    appendString(out, value);
}

class JsonWriter {
public:
    JsonWriter(TextBuilder& out, const JsonStyle& style) : m_out(out), m_style(style) {}

    void write(const Value& value) {
        m_out.runtime().step();
        if (value.isNone())
            m_out.append("null");
        else if (value.isBool())
            m_out.append(value.truthy() ? "true" : "false");
        else if (value.isNumber())
            writeNumber(value);
        else if (const MarkedString* text = value.text())
            write(*text);
        else if (const List* list = value.list())
            writeList(*list);
        else if (const Dict* dict = value.dict())
            writeDict(*dict);
        else
            m_out.runtime().fail(std::string("a value of type ") + value.typeName() +
                                 " cannot be written as JSON");
    }

private:
    void writeNumber(const Value& value) {
        if (!std::isfinite(value.number()))
            m_out.append(std::isnan(value.number()) ? "NaN"
                         : value.number() < 0       ? "-Infinity"
                                                    : "Infinity");
        else
            m_out.append(numberText(value));
    }

    void write(const MarkedString& text) {
        m_out.append("\"");
        appendEscaped(m_out, text, [this](char32_t c, std::string& to) { escape(c, to); });
        m_out.append("\"");
    }

    void escape(char32_t c, std::string& to) const {
        constexpr std::string_view kNamed = "\"\\\n\r\t\b\f";
        constexpr std::string_view kNames = "\"\\nrtbf";
        const size_t named = c < 0x80 ? kNamed.find(static_cast<char>(c)) : std::string_view::npos;
        if (named != std::string_view::npos) {
            to = {'\\', kNames[named]};
        } else if (c < 0x20 || (m_style.ensureAscii && c >= 0x7F && c < 0x10000)) {
            if (c == 0x7F)
                return;
            to = "\\u";
            appendHex(to, c, 4);
        } else if (m_style.ensureAscii && c >= 0x10000) {
            to = "\\u";
            appendHex(to, 0xD800 + ((c - 0x10000) >> 10), 4);
            to += "\\u";
            appendHex(to, 0xDC00 + ((c - 0x10000) & 0x3FF), 4);
        }
    }

    void newLine() {
        if (!m_style.indent)
            return;
        m_out.append("\n");
        for (int i = 0; i < m_level; ++i)
            m_out.append(*m_style.indent);
    }

    /// An indented list has no space at the end of its lines.
    void separate(bool first) {
        if (!first)
            m_out.append(m_style.indent && m_style.itemSeparator.bytes() == ", "
                             ? MarkedString(",")
                             : m_style.itemSeparator);
        newLine();
    }

    void writeList(const List& list) {
        if (list.items.empty())
            return m_out.append("[]");
        m_out.append("[");
        ++m_level;
        for (const Value& item : list.items) {
            separate(&item == &list.items.front());
            write(item);
        }
        --m_level;
        newLine();
        m_out.append("]");
    }

    void writeDict(const Dict& dict) {
        if (dict.entries.empty())
            return m_out.append("{}");
        std::vector<const std::pair<MarkedString, Value>*> entries;
        for (const auto& entry : dict.entries)
            entries.push_back(&entry);
        if (m_style.sortKeys)
            std::stable_sort(entries.begin(), entries.end(), [](const auto* a, const auto* b) {
                return a->first.bytes() < b->first.bytes();
            });
        m_out.append("{");
        ++m_level;
        for (const auto* entry : entries) {
            separate(entry == entries.front());
            write(entry->first);
            m_out.append(m_style.keySeparator);
            write(entry->second);
        }
        --m_level;
        newLine();
        m_out.append("}");
    }

    TextBuilder& m_out;
    const JsonStyle& m_style;
    int m_level = 0;
};

}  // namespace

std::string floatText(double value) {
    if (!std::isfinite(value))
        return std::isnan(value) ? "nan" : value < 0 ? "-inf" : "inf";
    char buffer[64];
    const auto format = [&](std::chars_format how) {
        return std::string(buffer, std::to_chars(buffer, std::end(buffer), value, how).ptr);
    };
    const std::string scientific = format(std::chars_format::scientific);
    const int exponent = std::atoi(scientific.c_str() + scientific.find('e') + 1);
    if (exponent < -4 || exponent >= 16)
        return scientific;
    std::string fixed = format(std::chars_format::fixed);
    return fixed.find('.') == std::string::npos ? fixed + ".0" : fixed;
}

void appendString(TextBuilder& out, const Value& value) {
    if (value.isUndefined())
        return;
    if (const MarkedString* text = value.text())
        out.append(*text);
    else if (value.isNone())
        out.append("None");
    else if (value.isBool())
        out.append(value.truthy() ? "True" : "False");
    else if (value.isNumber())
        out.append(numberText(value));
    else if (value.list() || value.dict())
        appendRepr(out, value);
    else
        out.append(std::string("<") + value.typeName() + ">");
}

MarkedString toString(Runtime& runtime, const Value& value) {
    TextBuilder out(runtime);
    appendString(out, value);
    return out.take();
}

void appendJson(TextBuilder& out, const Value& value, const JsonStyle& style) {
    JsonWriter(out, style).write(value);
}

}  // namespace hearth::engine::jinja
