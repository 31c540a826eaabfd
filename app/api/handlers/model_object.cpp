#include "app/api/handlers/model_object.h"

#include "app/api/handlers/list_json.h"
#include "app/services/serving/cache_use.h"
#include "core/json.h"
#include "engine/models/parameter_count.h"
#include "finetune/model/trainable_model.h"

namespace hearth::app {
namespace {

using nlohmann::json;
using storage::ModelKind;
using storage::ModelRow;

/// What config.json says, in the names of the API.
void addArchitecture(json& object, const engine::ModelConfig& config) {
    int64_t moeLayers = 0;
    for (int64_t layer = 0; layer < config.num_hidden_layers; ++layer)
        moeLayers += int64_t(config.isMoeLayer(layer));
    const auto parameters = engine::countParameters(config);
    object["layers"] = config.num_hidden_layers;
    object["hidden_size"] = config.hidden_size;
    object["vocab_size"] = config.vocab_size;
    object["context_length"] = config.max_position_embeddings;
    object["heads"] = config.num_attention_heads;
    object["kv_lora_rank"] = config.kv_lora_rank;
    object["moe_layers"] = moeLayers;
    object["routed_experts"] = config.n_routed_experts;
    object["experts_per_token"] = config.num_experts_per_tok;
    object["parameters"] = parameters.total;
    object["active_parameters"] = parameters.active;
}

void addAdapter(json& object, const core::Result<engine::AdapterConfig>& config) {
    object["rank"] = config ? json(config->r) : json();
    object["alpha"] = config ? json(config->lora_alpha) : json();
    object["targets"] = config ? json(config->target_modules) : json::array();
}

/// What the engine knows of a model that is loaded.
void addEngineFacts(json& object, const ServingTarget& target) {
    const engine::ModelConfig& config = target.model->config();
    const CacheUse cache = cacheUse(config, target.model->scheduler().stats());
    object["context_length"] = config.max_position_embeddings;
    object["weight_bytes"] = target.model->weightBytes();
    object["kv_bytes_per_token"] = cache.bytesPerToken;
    object["kv_bytes_per_token_as_mha"] = cache.bytesPerTokenAsMha;
    object["backend"] = target.model->backendDescription();
}

json filesJson(const core::Result<std::vector<storage::ModelContent>>& contents) {
    json files = json::array();
    if (contents)
        for (const auto& file : *contents)
            files.push_back({{"name", file.name}, {"bytes", file.bytes}, {"sha256", file.sha256}});
    return files;
}

/// The model that a private one was tuned or merged from.
json derivedFrom(const ModelRow& row) {
    const auto metadata = core::parseJson(row.metadata, "a model's metadata");
    const json* base = metadata ? core::findField(*metadata, "derived_from") : nullptr;
    return base ? *base : orNull(row.baseModelId);
}

}  // namespace

json modelObject(const ModelSources& sources, const ModelRow& row) {
    const auto failure = sources.library.loadFailure(row.id);
    const auto config = sources.inspector.config(row);
    return {
        {"id", row.id},
        {"object", "hearth.model"},
        {"kind", row.kind == ModelKind::Adapter ? "adapter" : "base"},
        {"base", orNull(row.baseModelId)},
        {"job", orNull(row.jobId)},
        {"department", row.owner.departmentId},
        {"created_at", row.createdAt},
        {"served", sources.models.served(row.id).has_value()},
        {"wanted", row.wanted},
        {"private", row.isPrivate()},
        {"encrypted_at_rest", row.isPrivate()},
        {"derived_from", derivedFrom(row)},
        {"load_error", failure ? json(failure->error.message) : json()},
        {"bytes", sources.inspector.bytes(row)},
        {"architecture", config ? json(config->architecture) : json()},
        {"tunable", row.kind == ModelKind::Base && config && finetune::checkTunable(*config).ok()}};
}

json modelDetails(const ModelSources& sources, const ModelRow& row) {
    json object = modelObject(sources, row);
    object["files"] = filesJson(sources.inspector.contents(row));
    if (const auto config = sources.inspector.config(row))
        addArchitecture(object, *config);
    if (row.kind == ModelKind::Adapter) {
        addAdapter(object, sources.inspector.adapterConfig(row));
    } else {
        const auto type = sources.inspector.weightType(row);
        object["dtype"] = type ? json(*type) : json();
        object["quantisation"] = sources.inspector.packReport(row);
        object["precision"] = object["quantisation"].is_object()
                                  ? object["quantisation"].value("precision", json())
                                  : json();
    }
    if (const auto target = sources.models.served(row.id))
        addEngineFacts(object, *target);
    return object;
}

}  // namespace hearth::app
