// A model's way of putting a conversation into tokens: its tokenizer and its chat template.
#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "core/result.h"
#include "engine/formats/chat_capabilities.h"
#include "engine/formats/chat_template/chat_template.h"
#include "engine/formats/tokenizer.h"

namespace hearth::engine {

struct RenderedConversation {
    std::vector<int32_t> ids;
    std::vector<uint8_t> assistant_mask;  // 1: written by the assistant, end token included
};

/// Immutable; may be used from several threads at once.
class ChatFormat {
public:
    /// Reads the tokenizer and the template: chat_template.jinja, or chat_template of
    /// tokenizer_config.json (a string, or a list with one named "default").
    /// Errors: those of Tokenizer::load and ChatTemplate::parse; a directory without a template
    /// loads, and hasTemplate() is false.
    [[nodiscard]] static core::Result<ChatFormat> load(const std::filesystem::path& dir);

    const Tokenizer& tokenizer() const { return *m_tokenizer; }
    std::shared_ptr<const Tokenizer> sharedTokenizer() const { return m_tokenizer; }
    bool hasTemplate() const { return m_template != nullptr; }
    const ChatCapabilities& capabilities() const { return m_capabilities; }

    /// messages: an array of {role, content, ...} as an OpenAI-style request has them, with
    /// tool_calls (arguments as JSON text or object), tool_call_id and reasoning_content; they are
    /// brought into the form that the template expects. extra: further variables (tools, ...).
    /// Text of messages and extra never gives an added token's id: only the template's own
    /// text, the configured bos_token and eos_token, and well-known role names can.
    /// Errors: those of ChatTemplate::render; Unsupported without a template.
    [[nodiscard]] core::Result<std::vector<int32_t>> encodeChat(
        const nlohmann::json& messages, const nlohmann::json& extra,
        bool addGenerationPrompt = true, const RenderOptions& options = {}) const;
    [[nodiscard]] core::Result<std::vector<int32_t>> encodeChat(
        const nlohmann::json& messages) const;
    /// The same with the members of objects in the order given: models learnt to read definitions
    /// and calls of tools in an order that isn't the alphabet's.
    [[nodiscard]] core::Result<std::vector<int32_t>> encodeOrdered(
        const nlohmann::ordered_json& messages, const nlohmann::ordered_json& extra,
        bool addGenerationPrompt = true, const RenderOptions& options = {}) const;

    /// For training: the whole conversation, and which tokens the assistant wrote.
    /// Errors: as encodeChat; InvalidArgument when no token is the assistant's.
    [[nodiscard]] core::Result<RenderedConversation> encodeConversation(
        const nlohmann::json& messages, const nlohmann::json& extra) const;
    [[nodiscard]] core::Result<RenderedConversation> encodeConversation(
        const nlohmann::json& messages) const;

private:
    ChatFormat() = default;
    core::Result<MarkedText> renderMarked(const nlohmann::ordered_json& messages,
                                          const nlohmann::ordered_json& extra,
                                          bool addGenerationPrompt,
                                          const RenderOptions& options) const;

    std::shared_ptr<const Tokenizer> m_tokenizer;
    std::shared_ptr<const ChatTemplate> m_template;
    ChatCapabilities m_capabilities;
    std::string m_specialTokens;  // JSON object: bos_token, eos_token, ...
};

}  // namespace hearth::engine
