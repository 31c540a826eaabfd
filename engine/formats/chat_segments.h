// Finds what the assistant wrote in a rendered conversation, whatever the template looks like.
#pragma once
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "engine/formats/chat_format.h"

namespace hearth::engine {

/// Renders the first `count` messages, with the generation prompt or without; nothing when the
/// template refuses them.
using RenderPrefix = std::function<std::optional<std::string>(size_t count, bool prompt)>;

/// One range per turn of the assistant. It begins where the model would begin to write: after
/// the generation prompt, or, for a template whose prompt does not come back in the rendered
/// turn, at the first byte of the message. It ends with the token that ends the turn: the first
/// eos_token after the message's last byte and before anything that belongs to the next message,
/// or else the first added token there, or else the message's last byte.
std::vector<TextRange> assistantRanges(const MarkedText& text, const nlohmann::json& messages,
                                       const RenderPrefix& renderPrefix,
                                       const Tokenizer& tokenizer);

/// Encodes the ranges and what lies between them one by one, as at inference, where prompt and
/// answer never share a token.
RenderedConversation encodeSegments(const MarkedText& text, const std::vector<TextRange>& ranges,
                                    const Tokenizer& tokenizer);

}  // namespace hearth::engine
