// Turns a stream of token ids into text that is valid UTF-8 at every step.
#pragma once
#include <cstdint>
#include <string>

#include "engine/formats/tokenizer.h"

namespace hearth::engine {

/// One stream; not for use by two threads. The tokenizer must outlive it.
class StreamDetokenizer {
public:
    explicit StreamDetokenizer(const Tokenizer& tokenizer, bool skipSpecial = true);

    /// The text that became certain with this token; a character's first bytes are held back
    /// until its last one comes, and bytes that cannot become a character give U+FFFD.
    std::string push(int32_t id);
    /// What was held back, as U+FFFD; the stream then starts anew.
    std::string flush();

private:
    const Tokenizer* m_tokenizer;
    bool m_skipSpecial;
    DecodePosition m_position;
    std::string m_pending;
};

}  // namespace hearth::engine
