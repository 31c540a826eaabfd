#include "engine/models/adapter_config.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "engine/models/config_reader.h"

namespace hearth::engine {
namespace {

using core::Error;
using core::ErrorCode;

constexpr size_t kMaxJsonBytes = 1 << 20;
constexpr int64_t kMaxRank = 4096;
constexpr size_t kMaxTargets = 65536;
constexpr size_t kMaxPatternBytes = 1024;

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
    for (const char* field : {"fan_in_fan_out", "lora_bias"}) {
        if (reader.flag(field, false))
            refuse(field);
    }
    if (!isEmpty(json, "modules_to_save"))
        refuse("modules_to_save");
}

/// A list of names; anything else is a problem of the field.
std::vector<std::string> readNames(const nlohmann::json& json, const char* field,
                                   ConfigReader& reader) {
    std::vector<std::string> names;
    const nlohmann::json& list = json.at(field);
    if (!list.is_array() || list.size() > kMaxTargets) {
        reader.fail(field, "must be a list of names");
        return names;
    }
    for (const auto& name : list) {
        if (!name.is_string() || name.get<std::string>().empty()) {
            reader.fail(field, "must be a list of names");
            return names;
        }
        names.push_back(name.get<std::string>());
    }
    return names;
}

void readTargets(const nlohmann::json& json, ConfigReader& reader, AdapterConfig& config) {
    const auto found = json.find("target_modules");
    if (found == json.end() || found->is_null() || found->is_string())
        return;  // a pattern: the tensors say what it matched
    config.target_modules = readNames(json, "target_modules", reader);
}

void readParameters(const nlohmann::json& json, ConfigReader& reader, AdapterConfig& config) {
    if (isEmpty(json, "target_parameters"))
        return;
    config.target_parameters = readNames(json, "target_parameters", reader);
    for (const std::string& name : config.target_parameters) {
        const std::string_view leaf = std::string_view(name).substr(name.rfind('.') + 1);
        // PEFT lists the router for models without one, too; its tensors tell whether it is there.
        const bool known = leaf == "gate_up_proj" || leaf == "down_proj" ||
                           name.ends_with("gate.weight") || name.ends_with("input_linear.weight") ||
                           name.ends_with("output_linear.weight");
        if (!known)
            reader.fail("target_parameters",
                        "names " + name.substr(0, 100) +
                            ": only experts (gate_up_proj, down_proj) are supported; train "
                            "without it",
                        ErrorCode::Unsupported);
    }
}

/// PEFT takes regular expressions that match the end of a module's path. What people and PEFT
/// itself write is the path's end, perhaps behind `.*\.`; that much is understood.
core::Result<std::string> pathEnd(const char* field, const std::string& pattern) {
    std::string text = pattern.starts_with(".*\\.") ? pattern.substr(4) : pattern;
    text.resize(std::min(text.size(), kMaxPatternBytes));
    for (size_t at = text.find("\\."); at != std::string::npos; at = text.find("\\.", at))
        text.erase(at, 1);
    const auto isPlain = [](unsigned char c) { return std::isalnum(c) || c == '_' || c == '.'; };
    if (text.empty() || pattern.size() > kMaxPatternBytes ||
        !std::all_of(text.begin(), text.end(), isPlain))
        return Error{ErrorCode::Unsupported,
                     std::string(field) + " has the pattern \"" + pattern.substr(0, 100) +
                         "\"; only names of modules are supported",
                     "adapter_config.json"};
    return text;
}

/// The end of a path that two patterns with different values match, if there is one. Looks
/// every tail of an end up, as comparing all pairs takes minutes for the longest lists.
template <typename Value>
std::optional<std::string> overlap(const std::vector<std::pair<std::string, Value>>& patterns) {
    std::unordered_map<std::string_view, Value> values;
    for (const auto& [end, value] : patterns) {
        if (values.emplace(end, value).first->second != value)
            return end;
    }
    for (const auto& [end, value] : patterns) {
        for (size_t dot = end.find('.'); dot != std::string::npos; dot = end.find('.', dot + 1)) {
            const auto tail = values.find(std::string_view(end).substr(dot + 1));
            if (tail != values.end() && tail->second != value)
                return end;
        }
    }
    return std::nullopt;
}

/// Values by the end of a path. Patterns that can match the same module are refused, since
/// which of them counts depends on an order that JSON does not keep.
template <typename Value, typename Read>
core::Status readPatterns(const nlohmann::json& json, const char* field, Read&& read,
                          std::vector<std::pair<std::string, Value>>& out) {
    if (isEmpty(json, field))
        return {};
    const nlohmann::json& object = json.at(field);
    if (!object.is_object() || object.size() > kMaxTargets)
        return Error{ErrorCode::InvalidArgument, std::string(field) + " must be an object",
                     "adapter_config.json"};
    ConfigReader reader(object, std::string(field) + ".", "adapter_config.json");
    for (const auto& [pattern, value] : object.items()) {
        CORE_ASSIGN(std::string end, pathEnd(field, pattern));
        out.emplace_back(std::move(end), read(reader, pattern.c_str()));
    }
    if (const auto both = overlap(out))
        return Error{ErrorCode::Unsupported,
                     std::string(field) + " has overlapping patterns for " + *both,
                     "adapter_config.json"};
    return reader.status();
}

bool endsPath(const std::string& path, const std::string& end) {
    return path == end || path.ends_with("." + end);
}

/// The value of the pattern that matches, or null.
template <typename Value>
const Value* matching(const std::vector<std::pair<std::string, Value>>& patterns,
                      const std::string& path) {
    const auto found = std::find_if(patterns.begin(), patterns.end(), [&](const auto& pattern) {
        return endsPath(path, pattern.first);
    });
    return found == patterns.end() ? nullptr : &found->second;
}

}  // namespace

int64_t AdapterConfig::rankOf(const std::string& module) const {
    const int64_t* own = matching(rank_pattern, module);
    return own ? *own : r;
}

double AdapterConfig::scaleOf(const std::string& module) const {
    const double* own = matching(alpha_pattern, module);
    const auto rank = double(rankOf(module));
    return (own ? *own : lora_alpha) / (use_rslora ? std::sqrt(rank) : rank);
}

bool AdapterConfig::targets(const std::string& module) const {
    return std::any_of(target_modules.begin(), target_modules.end(),
                       [&](const auto& target) { return endsPath(module, target); });
}

bool AdapterConfig::targetsParameter(const std::string& parameter) const {
    return std::any_of(target_parameters.begin(), target_parameters.end(),
                       [&](const auto& target) { return endsPath(parameter, target); });
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
    config.use_dora = reader.flag("use_dora", false);
    config.base_model_name_or_path = reader.text("base_model_name_or_path", "");
    config.partial = !isEmpty(json, "layers_to_transform") || !isEmpty(json, "exclude_modules");
    readTargets(json, reader, config);
    readParameters(json, reader, config);
    CORE_TRY(reader.status());
    CORE_TRY(readPatterns(
        json, "rank_pattern",
        [](ConfigReader& values, const char* name) { return values.integer(name, 1, kMaxRank); },
        config.rank_pattern));
    CORE_TRY(readPatterns(
        json, "alpha_pattern",
        [](ConfigReader& values, const char* name) { return values.number(name, 1e-6, 1e6); },
        config.alpha_pattern));
    return config;
}

}  // namespace hearth::engine
