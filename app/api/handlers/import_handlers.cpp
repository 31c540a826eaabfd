#include "app/api/handlers/import_handlers.h"

#include <nlohmann/json.hpp>

#include "app/api/handlers/list_json.h"
#include "app/services/accounts/scope_of.h"
#include "core/json.h"

namespace hearth::app {
namespace {

using nlohmann::json;

/// Whole, unlike an answer's error: who may import may read what is wrong with the model's files.
json errorJson(const ImportState& state) {
    if (!state.error || state.status == ImportStatus::Cancelled)
        return {};
    const core::Error& error = *state.error;
    const bool aboutRequest = error.context == "path" || error.context == "name" ||
                              error.context == "precision" || error.context == "budget";
    return {{"code", core::errorCodeName(error.code)},
            {"message", aboutRequest ? error.message : error.text()},
            {"param", aboutRequest ? json(error.context) : json()}};
}

json importObject(const ImportState& state) {
    return {{"id", state.id},
            {"object", "hearth.import"},
            {"model", state.request.name},
            {"path", state.request.source.string()},
            {"precision", state.request.precision.empty() ? json() : json(state.request.precision)},
            {"size_budget", orNull(state.request.sizeBudget)},
            {"kl_budget", orNull(state.request.klBudget)},
            {"source", state.request.keepSource ? "keep" : "reference"},
            {"status", importStatusName(state.status)},
            {"progress", state.progress},
            {"bytes_done", state.bytesDone},
            {"bytes_total", state.bytesTotal},
            {"bytes_per_s", state.bytesPerSecond},
            {"eta_s", orNull(state.secondsLeft)},
            {"created_at", state.createdAt},
            {"finished_at", orNull(state.finishedAt)},
            {"error", errorJson(state)}};
}

}  // namespace

core::Result<ImportRequest> parseImportBody(std::string_view text) {
    CORE_ASSIGN(const json body, core::parseJson(text, "the request body"));
    return parseImportRequest(body);
}

Handler startImportHandler(ImportService& imports) {
    return [&imports](const Request& http) -> core::Result<Response> {
        CORE_ASSIGN(const ImportRequest request, parseImportBody(http.text()));
        CORE_ASSIGN(const auto state, imports.start(ownerOf(http.principal), request));
        return Response::json(core::dumpJson(importObject(state)), 202);
    };
}

Handler listImportsHandler(ImportService& imports) {
    return [&imports](const Request&) -> core::Result<Response> {
        json data = json::array();
        for (const auto& state : imports.list())
            data.push_back(importObject(state));
        return listResponse(std::move(data), false);
    };
}

Handler getImportHandler(ImportService& imports) {
    return [&imports](const Request& http) -> core::Result<Response> {
        CORE_ASSIGN(const auto state, imports.find(http.param("import_id")));
        return Response::json(core::dumpJson(importObject(state)));
    };
}

Handler cancelImportHandler(ImportService& imports) {
    return [&imports](const Request& http) -> core::Result<Response> {
        CORE_ASSIGN(const auto state, imports.cancel(http.param("import_id")));
        return Response::json(core::dumpJson(importObject(state)));
    };
}

}  // namespace hearth::app
