#include "app/api/handlers/models_handler.h"

#include <nlohmann/json.hpp>

#include "core/json.h"

namespace hearth::app {
namespace {

using nlohmann::json;

json modelObject(const ModelInfo& info) {
    json object = {{"id", info.id},
                   {"object", "model"},
                   {"created", info.created},
                   {"owned_by", info.shared ? "organization" : info.departmentId},
                   {"encrypted_at_rest", info.encrypted}};
    if (!info.base.empty()) {
        object["root"] = info.base;
        object["parent"] = info.base;
    }
    return object;
}

}  // namespace

Handler listModelsHandler(const ServingContext& context) {
    return [&context](const Request& http) -> core::Result<Response> {
        json data = json::array();
        for (const ModelInfo& info : context.models.list(http.principal))
            data.push_back(modelObject(info));
        return Response::json(core::dumpJson({{"object", "list"}, {"data", std::move(data)}}));
    };
}

Handler getModelHandler(const ServingContext& context) {
    return [&context](const Request& http) -> core::Result<Response> {
        CORE_ASSIGN(const ServingTarget target,
                    context.models.find(http.param("model"), http.principal));
        return Response::json(core::dumpJson(modelObject(target.info)));
    };
}

}  // namespace hearth::app
