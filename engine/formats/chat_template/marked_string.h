// A text that remembers for each byte where it came from.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "engine/formats/tokenizer.h"

namespace hearth::engine::jinja {

/// Ordered: what the assistant wrote is input, too.
enum class Origin : char {
    Template = 0,   // the template's own text, and what it may trust
    Input = 1,      // a text or a key of the input
    Assistant = 2,  // the same, within a message of the assistant
};

class MarkedString {
public:
    MarkedString() = default;
    explicit MarkedString(std::string bytes, Origin origin = Origin::Template);

    const std::string& bytes() const { return m_bytes; }
    size_t size() const { return m_bytes.size(); }
    bool empty() const { return m_bytes.empty(); }
    Origin originAt(size_t index) const {
        return m_origins.empty() ? Origin::Template : static_cast<Origin>(m_origins[index]);
    }

    void append(std::string_view bytes, Origin origin = Origin::Template);
    void append(const MarkedString& other);
    /// Bytes [begin, end) of other.
    void append(const MarkedString& other, size_t begin, size_t end);
    MarkedString part(size_t begin, size_t end) const;

    /// Where bytes of this origin, or of one above it, lie: ascending and disjoint.
    std::vector<TextRange> ranges(Origin least) const;

private:
    std::string m_bytes;
    std::string m_origins;  // one Origin per byte; empty while all are Template
};

}  // namespace hearth::engine::jinja
