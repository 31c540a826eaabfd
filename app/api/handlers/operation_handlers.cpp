#include "app/api/handlers/operation_handlers.h"

#include <nlohmann/json.hpp>

#include "app/api/handlers/list_json.h"
#include "core/json.h"

namespace hearth::app {
namespace {

using nlohmann::json;

constexpr int64_t kDefaultOperations = 20;

json errorJson(const core::Error& error) {
    return {{"code", core::errorCodeName(error.code)},
            {"message", error.message},
            {"param", error.context.empty() ? json() : json(error.context)}};
}

json operationObject(const OperationState& state) {
    const storage::OperationRow& row = state.row;
    const bool runs = row.status == storage::OperationStatus::Running;
    const auto result = core::parseJson(row.result.value_or("null"), "an operation's result");
    return {{"id", row.id},
            {"object", "hearth.operation"},
            {"kind", storage::operationKindName(row.kind)},
            {"subject", row.subject},
            {"status", storage::operationStatusName(row.status)},
            {"stage", runs && !state.progress.stage.empty() ? json(state.progress.stage) : json()},
            {"done", state.progress.done},
            {"total", state.progress.total},
            {"result", result ? *result : json()},
            {"error", row.error ? errorJson(*row.error) : json()},
            {"created_at", row.createdAt},
            {"finished_at", orNull(row.finishedAt)}};
}

}  // namespace

Response operationBegun(const OperationState& state) {
    return Response::json(core::dumpJson(operationObject(state)), 202);
}

Handler listOperationsHandler(OperationService& operations) {
    return [&operations](const Request& http) -> core::Result<Response> {
        CORE_ASSIGN(const storage::Page page, readPage(http.head, kDefaultOperations));
        return listResponse(operations.list(http.principal, page), operationObject);
    };
}

Handler getOperationHandler(OperationService& operations) {
    return [&operations](const Request& http) -> core::Result<Response> {
        CORE_ASSIGN(const auto state, operations.find(http.principal, http.param("operation_id")));
        return Response::json(core::dumpJson(operationObject(state)));
    };
}

Handler cancelOperationHandler(OperationService& operations) {
    return [&operations](const Request& http) -> core::Result<Response> {
        CORE_ASSIGN(const auto state,
                    operations.cancel(http.principal, http.param("operation_id")));
        return Response::json(core::dumpJson(operationObject(state)));
    };
}

}  // namespace hearth::app
