// The import of a model, as the daemon hands it to a worker: a crash or an out-of-memory kill ends
// the import, never the node. Lines of JSON from the worker:
//   {"stage": "verifying" | "copying" | "packing" | "measuring" | "checking", "done": n, "total":
//   n}
//   {"files": [{"name", "bytes", "sha256"}]}  or  {"error": {"code", "message", "context"}}
// The last comes once. done and total are bytes; while measuring, tokens of the text.
#pragma once
#include <atomic>
#include <filesystem>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "app/services/models/import_request.h"
#include "core/result.h"
#include "storage/model_repository.h"

namespace hearth::app {

struct ImportJob {
    ImportRequest request;
    /// Gets the model; its parent is the import's alone. What an interrupted import left there is
    /// gone on with.
    std::filesystem::path directory;
};

std::string writeImportStartLine(const ImportJob& job);
core::Result<ImportJob> parseImportJob(const nlohmann::json& object);

/// What the daemon reads from a line.
struct ImportEvent {
    std::string stage;  // empty: the last line
    int64_t done = 0;
    int64_t total = 0;
    std::vector<storage::ModelContent> files;
    std::optional<core::Error> error;
};
core::Result<ImportEvent> parseImportEvent(const std::string& line);

/// Told of each piece of a stage; false ends the work.
using ImportReport = std::function<bool(const char* stage, uint64_t done, uint64_t total)>;
using ImportWork =
    std::function<core::Result<std::vector<storage::ModelContent>>(const ImportReport&)>;

/// Runs in the worker and sends the lines. Errors: those of the work; they are sent as well.
core::Status runImportWork(const ImportWork& work,
                           const std::function<void(const std::string&)>& send,
                           const std::atomic<bool>& cancel);

}  // namespace hearth::app
