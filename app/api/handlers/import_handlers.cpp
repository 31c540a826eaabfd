#include "app/api/handlers/import_handlers.h"

#include <nlohmann/json.hpp>

#include "app/api/handlers/list_json.h"
#include "core/json.h"

namespace hearth::app {
namespace {

using nlohmann::json;

/// Whole, unlike an answer's error: who may import may read what is wrong with the model's files.
json errorJson(const ImportState& state) {
    if (!state.error || state.status == ImportStatus::Cancelled)
        return {};
    const core::Error& error = *state.error;
    const bool aboutRequest = error.context == "path" || error.context == "name";
    return {{"code", core::errorCodeName(error.code)},
            {"message", aboutRequest ? error.message : error.text()},
            {"param", aboutRequest ? json(error.context) : json()}};
}

json importObject(const ImportState& state) {
    return {{"id", state.id},
            {"object", "hearth.import"},
            {"model", state.model},
            {"path", state.path},
            {"status", importStatusName(state.status)},
            {"bytes_done", state.bytesDone},
            {"bytes_total", state.bytesTotal},
            {"bytes_per_s", state.bytesPerSecond},
            {"eta_s", orNull(state.secondsLeft)},
            {"created_at", state.createdAt},
            {"finished_at", orNull(state.finishedAt)},
            {"error", errorJson(state)}};
}

}  // namespace

core::Result<ImportRequest> parseImportRequest(std::string_view text) {
    CORE_ASSIGN(const json body, core::parseJson(text, "the request body"));
    CORE_TRY(core::rejectUnknownFields(body, {"name", "path"}));
    ImportRequest request;
    CORE_ASSIGN(request.name, core::readString(body, "name", 64));
    CORE_ASSIGN(request.path, core::readString(body, "path", 4096));
    return request;
}

Handler startImportHandler(ImportService& imports) {
    return [&imports](const Request& http) -> core::Result<Response> {
        CORE_ASSIGN(const ImportRequest request, parseImportRequest(http.text()));
        CORE_ASSIGN(const auto state, imports.start(http.principal, request.name, request.path));
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
