// What to import and how, in one JSON form for the API, for the node's record of an import that
// runs, and for the worker.
#pragma once
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "core/result.h"

namespace hearth::app {

struct ImportRequest {
    std::string name;              // of the model
    std::filesystem::path source;  // on the node's machine
    /// One of engine::PackRecipe::names(). Empty: picked by a budget; without one "exact", or the
    /// precision that a packed directory has.
    std::string precision = {};
    std::optional<int64_t> sizeBudget = {};  // bytes
    std::optional<double> klBudget = {};     // nats
    bool keepSource = true;                  // else its weights are read where they are

    std::string precisionName() const { return precision.empty() ? "exact" : precision; }
};

nlohmann::json importRequestJson(const ImportRequest& request);
/// Reads {"name", "path", "precision", "size_budget", "kl_budget", "source": "keep"|"reference"}.
/// Errors: InvalidArgument naming the field: unknown, or a precision and a budget that exclude each
/// other.
core::Result<ImportRequest> parseImportRequest(const nlohmann::json& object);

}  // namespace hearth::app
