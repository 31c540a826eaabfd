// A text whose bytes may be flagged, through changes that keep the flags where they belong.
#pragma once
#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/formats/tokenizer.h"

namespace hearth::engine {

struct FlaggedText {
    std::string text;
    std::string flags;  // empty: none; otherwise one byte for each of text, not 0 where flagged

    /// ranges: ascending, disjoint, within the text.
    FlaggedText(std::string_view source, std::span<const TextRange> ranges) : text(source) {
        if (ranges.empty())
            return;
        flags.assign(text.size(), 0);
        for (const TextRange& range : ranges)
            std::fill(&flags[range.begin], &flags[range.begin] + (range.end - range.begin), '\1');
    }

    std::vector<TextRange> ranges() const {
        std::vector<TextRange> found;
        for (size_t begin = flags.find('\1'); begin != std::string::npos;) {
            const size_t end = std::min(flags.find('\0', begin), flags.size());
            found.push_back({begin, end});
            begin = flags.find('\1', end);
        }
        return found;
    }
};

/// Writes a changed copy. Take the parts of the source in their order.
class FlaggedWriter {
public:
    explicit FlaggedWriter(FlaggedText& target) : m_target(target) {
        m_text.reserve(target.text.size() + 16);
    }

    /// Bytes [begin, end) of the source as they are.
    void copy(size_t begin, size_t end) {
        m_text.append(m_target.text, begin, end - begin);
        if (!m_target.flags.empty())
            m_flags.append(m_target.flags, begin, end - begin);
    }

    /// `with` in the place of bytes [begin, end): flagged as a whole if one of them is.
    void replace(size_t begin, size_t end, std::string_view with) {
        m_text += with;
        if (m_target.flags.empty())
            return;
        const bool flagged =
            std::string_view(m_target.flags).substr(begin, end - begin).find('\1') !=
            std::string_view::npos;
        m_flags.append(with.size(), flagged ? '\1' : '\0');
    }

    /// The copy takes the source's place.
    void finish() {
        m_target.text = std::move(m_text);
        m_target.flags = std::move(m_flags);
    }

private:
    FlaggedText& m_target;
    std::string m_text;
    std::string m_flags;
};

}  // namespace hearth::engine
