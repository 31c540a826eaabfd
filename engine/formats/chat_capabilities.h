// What a chat template expects of the messages it is given.
#pragma once
#include <nlohmann/json_fwd.hpp>

#include "engine/formats/chat_template/chat_template.h"

namespace hearth::engine {

/// Found by rendering small conversations, since templates say it nowhere.
struct ChatCapabilities {
    bool tools = false;              // prints the definitions of tools
    bool toolCalls = false;          // prints an assistant's calls
    bool argumentsAsText = false;    // wants a call's arguments as JSON text, not as an object
    bool emptyForNoContent = false;  // refuses a null content or prints "None"

    /// specialTokens: an object with bos_token, eos_token, ...
    static ChatCapabilities probe(const ChatTemplate& chatTemplate,
                                  const nlohmann::json& specialTokens);
};

/// Brings the messages of an OpenAI-style request into the form that the template expects.
/// messages: an array. What has another form than such a request is left as it is.
void adaptMessages(const ChatCapabilities& capabilities, nlohmann::ordered_json& messages);

}  // namespace hearth::engine
