#include "app/services/models/import_process.h"

#include "app/services/operations/worker_run.h"

namespace hearth::app {

core::Result<std::vector<storage::ModelContent>> importInWorker(
    const std::filesystem::path& program, std::string startLine, const std::atomic<bool>& cancel,
    const std::function<void(const ImportEvent&)>& progress) {
    std::optional<ImportEvent> last;  // if it comes to that
    const auto hear = [&](const std::string& line) -> core::Status {
        CORE_ASSIGN(ImportEvent event, parseImportEvent(line));
        if (event.stage.empty())
            last = std::move(event);
        else
            progress(event);
        return {};
    };
    CORE_ASSIGN(const std::string end, runWorker(program, std::move(startLine), cancel, hear));
    if (last && last->error)
        return *last->error;
    if (last)
        return last->files;
    if (cancel)
        return core::Error{core::ErrorCode::Cancelled, "the import was cancelled", ""};
    return core::Error{core::ErrorCode::Internal,
                       "the process that imported the model ended early, by " + end +
                           (end == "signal 9" ? ": the machine may lack the memory" : ""),
                       "hearth-worker"};
}

}  // namespace hearth::app
