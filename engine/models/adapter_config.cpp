#include "engine/models/adapter_config.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "engine/models/config_reader.h"

namespace hearth::engine {
namespace {

using core::Error;
using core::ErrorCode;

constexpr size_t kMaxJsonBytes = 1 << 20;
constexpr int64_t kMaxRank = 4096;
constexpr size_t kMaxTargets = 65536;

bool isEmpty(const nlohmann::json& object, const char* field) {
    const auto found = object.find(field);
    return found == object.end() || found->is_null() || found->empty();
}

void refuseUnsupported(const nlohmann::json& json, ConfigReader& reader) {
    const auto refuse = [&](const char* field) {
        reader.fail(field, "is set: not supported", ErrorCode::Unsupported);
    };
    reader.requireText("peft_type", "LORA");
    reader.requireText("bias", "none");
    for (const char* field : {"use_dora", "fan_in_fan_out", "lora_bias"}) {
        if (reader.flag(field, false))
            refuse(field);
    }
    for (const char* field :
         {"rank_pattern", "alpha_pattern", "modules_to_save", "target_parameters"}) {
        if (!isEmpty(json, field))
            refuse(field);
    }
}

void readTargets(const nlohmann::json& json, ConfigReader& reader, AdapterConfig& config) {
    const auto found = json.find("target_modules");
    if (found == json.end() || found->is_null() || found->is_string())
        return;  // a pattern: the tensors say what it matched
    if (!found->is_array() || found->size() > kMaxTargets)
        return reader.fail("target_modules", "must be a list of module names");
    for (const auto& name : *found) {
        if (!name.is_string() || name.get<std::string>().empty())
            return reader.fail("target_modules", "must be a list of module names");
        config.target_modules.push_back(name.get<std::string>());
    }
}

}  // namespace

double AdapterConfig::scale() const {
    return lora_alpha / (use_rslora ? std::sqrt(double(r)) : double(r));
}

bool AdapterConfig::targets(const std::string& module) const {
    return std::any_of(target_modules.begin(), target_modules.end(), [&](const auto& target) {
        return module == target || module.ends_with("." + target);
    });
}

core::Result<AdapterConfig> parseAdapterConfig(const std::string& text) {
    if (text.size() > kMaxJsonBytes)
        return Error{ErrorCode::DataCorrupt, "adapter_config.json is larger than 1 MB", ""};
    CORE_ASSIGN(const nlohmann::json json, parseConfigObject(text, "adapter_config.json"));
    ConfigReader reader(json, "", "adapter_config.json");
    refuseUnsupported(json, reader);
    AdapterConfig config;
    config.r = reader.integer("r", 1, kMaxRank);
    config.lora_alpha = reader.number("lora_alpha", 1e-6, 1e6);
    config.use_rslora = reader.flag("use_rslora", false);
    config.base_model_name_or_path = reader.text("base_model_name_or_path", "");
    config.partial = !isEmpty(json, "layers_to_transform") || !isEmpty(json, "exclude_modules");
    readTargets(json, reader, config);
    CORE_TRY(reader.status());
    return config;
}

}  // namespace hearth::engine
