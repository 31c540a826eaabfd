#include "app/cli/operation_watch.h"

#include <thread>

#include "app/cli/terminal.h"
#include "core/api/paths.h"
#include "core/error_code.h"
#include "core/json.h"

namespace hearth::app {

using nlohmann::json;

namespace {

constexpr std::chrono::milliseconds kPoll{200};

std::string operationPath(const std::string& id) {
    std::string path(core::paths::kOperations);
    path += '/';
    return path += pathSegment(id);
}

void showProgress(const json& operation, ProgressLine& line) {
    const json* stage = core::findField(operation, "stage");
    const double done = operation.at("done"), total = operation.at("total");
    line.update(total > 0 ? done / total : 0, stage ? stage->get<std::string>() : "");
}

core::Error errorOf(const json& operation) {
    const json* error = core::findField(operation, "error");
    if (!error)
        return {core::ErrorCode::Internal, "the operation has no result", operation.at("id")};
    const json* param = core::findField(*error, "param");
    return {core::errorCodeOf(error->value("code", "")), error->value("message", ""),
            param ? param->get<std::string>() : ""};
}

}  // namespace

core::Result<json> watchOperation(const CommandContext& context, ApiClient& client,
                                  const std::string& id) {
    const std::string path = operationPath(id);
    ProgressLine line;
    for (;;) {
        CORE_ASSIGN(json operation, client.get(path));
        if (operation.at("status") != "running")
            return operation;
        if (!context.json && outputIsTerminal())
            showProgress(operation, line);
        std::this_thread::sleep_for(kPoll);
    }
}

core::Result<json> operationResult(const CommandContext& context, ApiClient& client,
                                   const json& begun) {
    CORE_ASSIGN(const json ended, watchOperation(context, client, begun.at("id")));
    const json* result = core::findField(ended, "result");
    if (!result)
        return errorOf(ended);
    return *result;
}

}  // namespace hearth::app
