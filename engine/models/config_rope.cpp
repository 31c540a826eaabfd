#include <cmath>
#include <nlohmann/json.hpp>

#include "engine/models/config_parts.h"

namespace hearth::engine {
namespace {

constexpr int64_t kMaxPositions = 1 << 24;

void readYarn(ConfigReader& reader, RopeScaling& scaling) {
    scaling.type = RopeScaling::Type::Yarn;
    scaling.beta_fast = reader.number("beta_fast", 1e-6, 1e6, scaling.beta_fast);
    scaling.beta_slow = reader.number("beta_slow", 1e-6, 1e6, scaling.beta_slow);
    scaling.mscale = reader.number("mscale", 0.0, 100.0, 0.0);
    scaling.mscale_all_dim = reader.number("mscale_all_dim", 0.0, 100.0, 0.0);
    scaling.truncate = reader.flag("truncate", true);
}

void readLlama3(ConfigReader& reader, RopeScaling& scaling) {
    scaling.type = RopeScaling::Type::Llama3;
    scaling.low_freq_factor = reader.number("low_freq_factor", 1e-6, 1e6);
    scaling.high_freq_factor = reader.number("high_freq_factor", 1e-6, 1e6);
    if (scaling.high_freq_factor <= scaling.low_freq_factor)
        reader.fail("high_freq_factor", "must exceed low_freq_factor");
}

std::vector<double> factors(const nlohmann::json& object, const char* field, int64_t count,
                            ConfigReader& reader) {
    const auto found = object.find(field);
    std::vector<double> out;
    if (found != object.end() && found->is_array()) {
        for (const nlohmann::json& value : *found) {
            if (value.is_number() && value.get<double>() > 0.0)
                out.push_back(value.get<double>());
        }
    }
    if (int64_t(out.size()) != count)
        reader.fail(field, "must be a list of " + std::to_string(count) + " positive numbers");
    return out;
}

void readLongrope(const nlohmann::json& object, const ModelConfig& config, ConfigReader& reader,
                  RopeScaling& scaling) {
    scaling.type = RopeScaling::Type::Longrope;
    const int64_t pairs = config.ropeDim() / 2;
    scaling.short_factor = factors(object, "short_factor", pairs, reader);
    scaling.long_factor = factors(object, "long_factor", pairs, reader);
}

/// The factor, and the context that the model was trained with before it was stretched. Some
/// checkpoints leave one out, or keep the second beside rope_scaling.
void readStretch(ConfigReader& reader, ConfigReader& outer, const ModelConfig& config,
                 RopeScaling& scaling) {
    const char* field = "original_max_position_embeddings";
    const int64_t outside = outer.integer(field, 1, kMaxPositions, 0);
    const bool stated = reader.has(field) || outside > 0;
    scaling.original_max_position_embeddings = reader.integer(
        field, 1, kMaxPositions, outside > 0 ? outside : config.max_position_embeddings);
    const double ratio =
        double(config.max_position_embeddings) / double(scaling.original_max_position_embeddings);
    scaling.factor = reader.number("factor", 1.0, 1e6, std::max(1.0, ratio));
    if (!stated && !reader.has("factor"))
        reader.fail("factor", "is missing");
}

core::Result<std::optional<RopeScaling>> parseScaling(const nlohmann::json& json,
                                                      const nlohmann::json& object,
                                                      const std::string& prefix,
                                                      ModelConfig& config) {
    ConfigReader reader(object, prefix);
    ConfigReader outer(json);
    config.rope_theta = reader.number("rope_theta", 1.0, 1e12, config.rope_theta);
    const std::string type = reader.text("rope_type", reader.text("type", "default"));
    CORE_TRY(reader.status());
    if (type == "default" || type == "none")
        return std::optional<RopeScaling>();
    RopeScaling scaling;
    if (type == "yarn")
        readYarn(reader, scaling);
    else if (type == "llama3")
        readLlama3(reader, scaling);
    else if (type == "longrope")
        readLongrope(object, config, reader, scaling);
    else if (type == "linear")
        scaling.type = RopeScaling::Type::Linear;
    else
        reader.fail("type", "must be yarn, llama3, longrope, linear or default",
                    core::ErrorCode::Unsupported);
    CORE_TRY(reader.status());
    readStretch(reader, outer, config, scaling);
    if (reader.has("attention_factor"))
        scaling.attention_factor = reader.number("attention_factor", 1e-6, 1e6);
    CORE_TRY(reader.status());
    CORE_TRY(outer.status());
    return std::optional<RopeScaling>(std::move(scaling));
}

}  // namespace

core::Status parseRope(const nlohmann::json& json, ModelConfig& config) {
    ConfigReader reader(json);
    config.rope_theta = reader.number("rope_theta", 1.0, 1e12, 10000.0);
    CORE_TRY(reader.status());
    const char* field = reader.has("rope_scaling") ? "rope_scaling" : "rope_parameters";
    if (!reader.has(field))
        return {};
    const nlohmann::json& object = json.at(field);
    if (!object.is_object()) {
        reader.fail(field, "must be an object or null");
        return reader.status();
    }
    CORE_ASSIGN(config.rope_scaling, parseScaling(json, object, std::string(field) + ".", config));
    return {};
}

}  // namespace hearth::engine
