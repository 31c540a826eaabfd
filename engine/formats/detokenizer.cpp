#include "engine/formats/detokenizer.h"

#include <utility>

#include "engine/formats/utf8.h"

namespace hearth::engine {

StreamDetokenizer::StreamDetokenizer(const Tokenizer& tokenizer, bool skipSpecial)
    : m_tokenizer(&tokenizer), m_skipSpecial(skipSpecial), m_position(tokenizer.startDecoding()) {}

std::string StreamDetokenizer::push(int32_t id) {
    if (m_skipSpecial && m_tokenizer->isSpecial(id))
        return {};
    m_tokenizer->decodeNext(id, m_position, m_pending);
    size_t certain = 0;
    while (certain < m_pending.size()) {
        const utf8::Sequence c = utf8::decodeAt(m_pending, certain);
        if (c.incomplete)
            break;
        certain += c.length;
    }
    std::string text = utf8::withoutInvalid(std::string_view(m_pending).substr(0, certain));
    m_pending.erase(0, certain);
    return text;
}

std::string StreamDetokenizer::flush() {
    m_position = m_tokenizer->startDecoding();
    return utf8::withoutInvalid(std::exchange(m_pending, {}));
}

}  // namespace hearth::engine
