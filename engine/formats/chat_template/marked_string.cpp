#include "engine/formats/chat_template/marked_string.h"

#include <utility>

namespace hearth::engine::jinja {

MarkedString::MarkedString(std::string bytes, Origin origin) : m_bytes(std::move(bytes)) {
    if (origin != Origin::Template)
        m_origins.assign(m_bytes.size(), static_cast<char>(origin));
}

void MarkedString::append(std::string_view bytes, Origin origin) {
    if (origin != Origin::Template || !m_origins.empty()) {
        m_origins.resize(m_bytes.size(), static_cast<char>(Origin::Template));
        m_origins.append(bytes.size(), static_cast<char>(origin));
    }
    m_bytes += bytes;
}

void MarkedString::append(const MarkedString& other) {
    append(other, 0, other.size());
}

void MarkedString::append(const MarkedString& other, size_t begin, size_t end) {
    if (other.m_origins.empty())
        return append(std::string_view(other.m_bytes).substr(begin, end - begin));
    m_origins.resize(m_bytes.size(), static_cast<char>(Origin::Template));
    m_origins.append(other.m_origins, begin, end - begin);
    m_bytes.append(other.m_bytes, begin, end - begin);
}

MarkedString MarkedString::part(size_t begin, size_t end) const {
    MarkedString result;
    result.append(*this, begin, end);
    return result;
}

std::vector<TextRange> MarkedString::ranges(Origin least) const {
    std::vector<TextRange> ranges;
    for (size_t i = 0; i < m_origins.size(); ++i) {
        if (originAt(i) < least)
            continue;
        if (!ranges.empty() && ranges.back().end == i)
            ++ranges.back().end;
        else
            ranges.push_back({i, i + 1});
    }
    return ranges;
}

}  // namespace hearth::engine::jinja
