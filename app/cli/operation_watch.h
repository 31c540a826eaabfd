#pragma once
#include <nlohmann/json.hpp>

#include "app/cli/command.h"

namespace hearth::app {

/// Waits for the end of an operation and shows its progress on a terminal. The operation goes on
/// when this does not. Gives it as it ended. Errors: those of the node's answers.
core::Result<nlohmann::json> watchOperation(const CommandContext& context, ApiClient& client,
                                            const std::string& id);
/// The same; gives its result. Errors: the operation's own, too.
core::Result<nlohmann::json> operationResult(const CommandContext& context, ApiClient& client,
                                             const nlohmann::json& begun);

}  // namespace hearth::app
