#include "engine/formats/chat_format.h"

#include <nlohmann/json.hpp>

#include "core/file.h"
#include "core/json.h"
#include "engine/formats/chat_segments.h"

namespace hearth::engine {

namespace {

using nlohmann::json;
using nlohmann::ordered_json;

core::Error corrupt(const std::string& what) {
    return {core::ErrorCode::DataCorrupt, what, "tokenizer_config.json"};
}

core::Result<std::string> readOptional(const std::filesystem::path& path) {
    auto text = core::readTextFile(path);
    if (!text && text.error().code == core::ErrorCode::NotFound)
        return std::string();
    return text;
}

core::Result<json> readConfig(const std::filesystem::path& dir) {
    CORE_ASSIGN(const std::string text, readOptional(dir / "tokenizer_config.json"));
    if (text.empty())
        return json::object();
    auto config = core::parseJson(text, "tokenizer_config.json");
    if (!config)
        return corrupt(config.error().message);
    if (!config->is_object())
        return corrupt("not a JSON object");
    return config;
}

/// chat_template: a text, or a list of {name, template} of which "default" counts.
core::Result<std::string> configuredTemplate(const json& config) {
    const json* value = core::findField(config, "chat_template");
    if (!value)
        return std::string();
    if (value->is_string())
        return value->get<std::string>();
    if (value->is_array()) {
        for (const json& entry : *value) {
            if (entry.is_object() && entry.value("name", json()) == "default" &&
                entry.contains("template") && entry["template"].is_string())
                return entry["template"].get<std::string>();
        }
    }
    return corrupt("chat_template is neither a text nor a list with a \"default\"");
}

/// The variables that a template gets for special tokens, as transformers names them.
json specialTokens(const json& config) {
    json tokens = json::object();
    for (const char* name : {"bos_token", "eos_token", "unk_token", "sep_token", "pad_token",
                             "cls_token", "mask_token"}) {
        const json* value = core::findField(config, name);
        if (value && value->is_object())
            value = core::findField(*value, "content");
        if (value && value->is_string())
            tokens[name] = *value;
    }
    return tokens;
}

}  // namespace

core::Result<ChatFormat> ChatFormat::load(const std::filesystem::path& dir) {
    ChatFormat format;
    CORE_ASSIGN(std::unique_ptr<Tokenizer> tokenizer, Tokenizer::load(dir));
    format.m_tokenizer = std::move(tokenizer);
    CORE_ASSIGN(const json config, readConfig(dir));
    format.m_specialTokens = core::dumpJson(specialTokens(config));
    CORE_ASSIGN(std::string source, readOptional(dir / "chat_template.jinja"));
    if (source.empty()) {
        CORE_ASSIGN(source, configuredTemplate(config));
    }
    if (!source.empty()) {
        CORE_ASSIGN(ChatTemplate parsed, ChatTemplate::parse(source));
        format.m_template = std::make_shared<const ChatTemplate>(std::move(parsed));
        format.m_capabilities =
            ChatCapabilities::probe(*format.m_template, json::parse(format.m_specialTokens));
    }
    return format;
}

core::Result<MarkedText> ChatFormat::renderMarked(const ordered_json& messages,
                                                  const ordered_json& extra,
                                                  bool addGenerationPrompt,
                                                  const RenderOptions& options) const {
    if (!m_template)
        return core::Error{core::ErrorCode::Unsupported,
                           "the model has no chat template; use completions", ""};
    if (!messages.is_array())
        return core::Error{core::ErrorCode::InvalidArgument, "messages must be a list", "messages"};
    // Templates ask for these, and transformers always gives them.
    ordered_json input = {{"tools", nullptr}, {"documents", nullptr}};
    if (extra.is_object())
        input.update(extra);
    input["messages"] = messages;
    adaptMessages(m_capabilities, input["messages"]);
    ordered_json trusted = ordered_json::parse(m_specialTokens);
    trusted["add_generation_prompt"] = addGenerationPrompt;
    return m_template->renderMarked(input, trusted, options);
}

core::Result<std::vector<int32_t>> ChatFormat::encodeOrdered(const ordered_json& messages,
                                                             const ordered_json& extra,
                                                             bool addGenerationPrompt,
                                                             const RenderOptions& options) const {
    CORE_ASSIGN(const MarkedText text, renderMarked(messages, extra, addGenerationPrompt, options));
    return m_tokenizer->encodeMarked(text.text, text.input);
}

core::Result<std::vector<int32_t>> ChatFormat::encodeChat(const json& messages, const json& extra,
                                                          bool addGenerationPrompt,
                                                          const RenderOptions& options) const {
    return encodeOrdered(messages, extra, addGenerationPrompt, options);
}

core::Result<std::vector<int32_t>> ChatFormat::encodeChat(const json& messages) const {
    return encodeChat(messages, json::object());
}

core::Result<RenderedConversation> ChatFormat::encodeConversation(const json& messages,
                                                                  const json& extra) const {
    CORE_ASSIGN(const MarkedText text, renderMarked(messages, extra, false, {}));
    const auto prefix = [&](size_t count, bool prompt) -> std::optional<std::string> {
        const json first(messages.begin(), messages.begin() + static_cast<ptrdiff_t>(count));
        auto rendered = renderMarked(first, extra, prompt, {});
        return rendered ? std::optional(std::move(rendered->text)) : std::nullopt;
    };
    const std::vector<TextRange> ranges =
        text.generated.empty() ? assistantRanges(text, messages, prefix, *m_tokenizer)
                               : text.generated;
    RenderedConversation result = encodeSegments(text, ranges, *m_tokenizer);
    if (std::find(result.assistant_mask.begin(), result.assistant_mask.end(), 1) ==
        result.assistant_mask.end())
        return core::Error{core::ErrorCode::InvalidArgument,
                           "the conversation has no text of the assistant to learn from", ""};
    return result;
}

core::Result<RenderedConversation> ChatFormat::encodeConversation(const json& messages) const {
    return encodeConversation(messages, json::object());
}

}  // namespace hearth::engine
