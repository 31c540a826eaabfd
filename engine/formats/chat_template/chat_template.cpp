#include "engine/formats/chat_template/chat_template.h"

#include <nlohmann/json.hpp>

#include "core/strings.h"
#include "engine/formats/chat_template/interpreter.h"
#include "engine/formats/chat_template/json_value.h"
#include "engine/formats/chat_template/parser.h"

namespace hearth::engine {

struct ChatTemplate::Program {
    jinja::Block block;
};

namespace {

core::Error invalid(const std::string& what) {
    return {core::ErrorCode::InvalidArgument, what, "chat template"};
}

using Variables = std::vector<std::pair<std::string, jinja::Value>>;

template <typename Json>
void addVariables(jinja::Runtime& runtime, const Json& object, jinja::Origin origin,
                  Variables& out) {
    for (const auto& [name, value] : object.items())
        out.emplace_back(name, jinja::fromJson(runtime, value, origin));
}

template <typename Json>
core::Result<MarkedText> renderWith(const jinja::Block& block, const Json& input,
                                    const Json& trusted, const RenderOptions& options) {
    if (!input.is_object() || !trusted.is_object())
        return invalid("the context of a template is an object");
    try {
        jinja::Runtime runtime(options);
        Variables variables;
        addVariables(runtime, input, jinja::Origin::Input, variables);
        addVariables(runtime, trusted, jinja::Origin::Template, variables);
        return jinja::Interpreter(runtime, std::move(variables)).run(block);
    } catch (const core::Exception& exception) {
        return exception.error();
    }
}

core::Result<std::string> textOf(core::Result<MarkedText> rendered) {
    if (!rendered)
        return rendered.error();
    return std::move(rendered->text);
}

}  // namespace

ChatTemplate::ChatTemplate(std::shared_ptr<const Program> program)
    : m_program(std::move(program)) {}

core::Result<ChatTemplate> ChatTemplate::parse(std::string_view source) {
    if (source.size() > kMaxSourceBytes)
        return invalid("a template has at most " + std::to_string(kMaxSourceBytes) + " bytes");
    if (!core::isValidUtf8(source))
        return invalid("a template must be UTF-8");
    try {
        auto program = std::make_shared<Program>();
        program->block = jinja::parseTemplate(jinja::tokenize(source));
        return ChatTemplate(std::move(program));
    } catch (const core::Exception& exception) {
        return exception.error();
    }
}

core::Result<std::string> ChatTemplate::render(const nlohmann::json& context,
                                               const RenderOptions& options) const {
    return textOf(renderWith(m_program->block, nlohmann::json::object(), context, options));
}

core::Result<std::string> ChatTemplate::render(const nlohmann::ordered_json& context,
                                               const RenderOptions& options) const {
    return textOf(renderWith(m_program->block, nlohmann::ordered_json::object(), context, options));
}

core::Result<MarkedText> ChatTemplate::renderMarked(const nlohmann::json& input,
                                                    const nlohmann::json& trusted,
                                                    const RenderOptions& options) const {
    return renderWith(m_program->block, input, trusted, options);
}

core::Result<MarkedText> ChatTemplate::renderMarked(const nlohmann::ordered_json& input,
                                                    const nlohmann::ordered_json& trusted,
                                                    const RenderOptions& options) const {
    return renderWith(m_program->block, input, trusted, options);
}

}  // namespace hearth::engine
