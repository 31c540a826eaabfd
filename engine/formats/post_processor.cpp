#include "engine/formats/post_processor.h"

#include <nlohmann/json.hpp>

#include "core/json.h"
#include "engine/formats/tokenizer_model.h"

namespace hearth::engine {

namespace {

using nlohmann::json;

core::Error corrupt(const std::string& what) {
    return {core::ErrorCode::DataCorrupt, what, "tokenizer.json, post_processor"};
}

core::Error unsupported(const std::string& what) {
    return {core::ErrorCode::Unsupported, "the tokenizer needs " + what + ", which isn't supported",
            "tokenizer.json, post_processor"};
}

}  // namespace

core::Result<PostProcessor> PostProcessor::parse(const json* spec) {
    PostProcessor result;
    const core::Status status = spec ? result.add(*spec) : core::Status();
    if (!status)
        return status.error();
    return result;
}

core::Status PostProcessor::add(const json& spec) {
    CORE_ASSIGN(const std::string type, core::readString(spec, "type", kMaxTokenBytes));
    if (type == "ByteLevel")
        return {};  // moves offsets only
    if (type == "TemplateProcessing")
        return addTemplate(spec);
    const json* list = type == "Sequence" ? core::findField(spec, "processors") : nullptr;
    if (!list || !list->is_array())
        return unsupported("the post-processor \"" + type + "\"");
    for (const json& element : *list)
        CORE_TRY(add(element));
    return {};
}

core::Status PostProcessor::addTemplate(const json& spec) {
    const json* single = core::findField(spec, "single");
    const json* special = core::findField(spec, "special_tokens");
    if (!single || !single->is_array() || !special || !special->is_object())
        return corrupt("TemplateProcessing lacks single or special_tokens");
    bool before = true;
    for (const json& piece : *single) {
        if (!piece.is_object())
            return corrupt("an unknown piece in TemplateProcessing");
        if (piece.contains("Sequence")) {
            before = false;
            continue;
        }
        const json* token = core::findField(piece, "SpecialToken");
        if (!token)
            return corrupt("an unknown piece in TemplateProcessing");
        CORE_ASSIGN(const std::string name, core::readString(*token, "id", kMaxTokenBytes));
        const json* entry = core::findField(*special, name);
        const json* ids = entry && entry->is_object() ? core::findField(*entry, "ids") : nullptr;
        if (!ids || !ids->is_array())
            return corrupt("no ids for " + name);
        for (const json& id : *ids) {
            if (!id.is_number_integer() || id < 0 || id > kMaxTokenId)
                return corrupt("a bad id for " + name);
            (before ? prefix : suffix).push_back(id.get<int32_t>());
        }
    }
    return {};
}

}  // namespace hearth::engine
