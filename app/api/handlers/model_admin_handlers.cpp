#include "app/api/handlers/model_admin_handlers.h"

#include <nlohmann/json.hpp>

#include "app/api/handlers/list_json.h"
#include "core/json.h"

namespace hearth::app {
namespace {

using nlohmann::json;

constexpr int64_t kDefaultModels = 100;

json rowObject(const storage::ModelRow& row) {
    return {{"id", row.id},
            {"object", "hearth.model"},
            {"kind", row.kind == storage::ModelKind::Adapter ? "adapter" : "base"},
            {"base", orNull(row.baseModelId)},
            {"job", orNull(row.jobId)},
            {"department", row.owner.departmentId},
            {"created_at", row.createdAt}};
}

/// What the engine knows of a model that is loaded.
void addEngineFacts(json& object, const ServingTarget& target) {
    const engine::ModelConfig& config = target.model->config();
    const auto stats = target.model->scheduler().stats();
    object["architecture"] = config.architecture;
    object["layers"] = config.num_hidden_layers;
    object["hidden_size"] = config.hidden_size;
    object["vocab_size"] = config.vocab_size;
    object["context_length"] = config.max_position_embeddings;
    object["routed_experts"] = config.n_routed_experts;
    object["experts_per_token"] = config.num_experts_per_tok;
    object["weight_bytes"] = target.model->weightBytes();
    object["kv_bytes_per_token"] = stats.cache_bytes_per_token;
    object["kv_bytes_per_token_as_mha"] = stats.cache_bytes_per_token / config.cacheWidth() *
                                          config.num_attention_heads *
                                          (config.qkHeadDim() + config.v_head_dim);
    object["backend"] = target.model->backendDescription();
}

}  // namespace

Handler importModelHandler(ModelLibrary& library) {
    return [&library](const Request& http) -> core::Result<Response> {
        CORE_ASSIGN(const json body, core::parseJson(http.text(), "the request body"));
        CORE_TRY(core::rejectUnknownFields(body, {"name", "path"}));
        CORE_ASSIGN(const auto name, core::readString(body, "name", 64));
        CORE_ASSIGN(const auto path, core::readString(body, "path", 4096));
        CORE_ASSIGN(const auto row, library.import(http.principal, name, path));
        return Response::json(core::dumpJson(rowObject(row)), 201);
    };
}

Handler listModelRowsHandler(ModelLibrary& library) {
    return [&library](const Request& http) -> core::Result<Response> {
        CORE_ASSIGN(const storage::Page page, readPage(http.head, kDefaultModels));
        return listResponse(library.list(http.principal, page), rowObject);
    };
}

Handler inspectModelHandler(ModelLibrary& library, ModelService& models) {
    return [&](const Request& http) -> core::Result<Response> {
        CORE_ASSIGN(const auto row, library.find(http.principal, http.param("model")));
        json object = rowObject(row);
        const auto target = models.find(row.id, http.principal);
        object["served"] = target.ok();
        if (target)
            addEngineFacts(object, *target);
        return Response::json(core::dumpJson(object));
    };
}

Handler deleteModelHandler(ModelLibrary& library) {
    return [&library](const Request& http) -> core::Result<Response> {
        const std::string& name = http.param("model");
        CORE_TRY(library.remove(http.principal, name));
        return Response::json(
            core::dumpJson({{"id", name}, {"object", "hearth.model"}, {"deleted", true}}));
    };
}

}  // namespace hearth::app
