#include "app/api/handlers/model_admin_handlers.h"

#include <nlohmann/json.hpp>

#include "app/api/handlers/import_handlers.h"
#include "app/api/handlers/list_json.h"
#include "app/services/accounts/scope_of.h"
#include "core/json.h"

namespace hearth::app {
namespace {

using nlohmann::json;

constexpr int64_t kDefaultModels = 100;

}  // namespace

Handler importModelHandler(const ModelSources& sources, ImportService& imports) {
    return [sources, &imports](const Request& http) -> core::Result<Response> {
        CORE_ASSIGN(const ImportRequest request, parseImportBody(http.text()));
        CORE_ASSIGN(const auto row, imports.run(ownerOf(http.principal), request));
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

Handler loadModelHandler(const ModelSources& sources) {
    return [sources](const Request& http) -> core::Result<Response> {
        CORE_ASSIGN(const auto row, sources.library.load(http.principal, http.param("model")));
        return Response::json(core::dumpJson(modelObject(sources, row)));
    };
}

Handler unloadModelHandler(const ModelSources& sources) {
    return [sources](const Request& http) -> core::Result<Response> {
        CORE_ASSIGN(const auto row, sources.library.unload(http.principal, http.param("model")));
        return Response::json(core::dumpJson(modelObject(sources, row)));
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
