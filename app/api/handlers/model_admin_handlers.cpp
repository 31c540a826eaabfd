#include "app/api/handlers/model_admin_handlers.h"

#include <nlohmann/json.hpp>

#include "app/api/handlers/list_json.h"
#include "core/json.h"

namespace hearth::app {
namespace {

using nlohmann::json;

constexpr int64_t kDefaultModels = 100;

}  // namespace

Handler importModelHandler(const ModelSources& sources) {
    return [sources](const Request& http) -> core::Result<Response> {
        CORE_ASSIGN(const json body, core::parseJson(http.text(), "the request body"));
        CORE_TRY(core::rejectUnknownFields(body, {"name", "path"}));
        CORE_ASSIGN(const auto name, core::readString(body, "name", 64));
        CORE_ASSIGN(const auto path, core::readString(body, "path", 4096));
        CORE_ASSIGN(const auto row, sources.library.import(http.principal, name, path));
        return Response::json(core::dumpJson(modelObject(sources, row)), 201);
    };
}

Handler listModelRowsHandler(const ModelSources& sources) {
    return [sources](const Request& http) -> core::Result<Response> {
        CORE_ASSIGN(const storage::Page page, readPage(http.head, kDefaultModels));
        return listResponse(sources.library.list(http.principal, page),
                            [&](const auto& row) { return modelObject(sources, row); });
    };
}

Handler inspectModelHandler(const ModelSources& sources) {
    return [sources](const Request& http) -> core::Result<Response> {
        CORE_ASSIGN(const auto row, sources.library.find(http.principal, http.param("model")));
        return Response::json(core::dumpJson(modelDetails(sources, row)));
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
