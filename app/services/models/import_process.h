// Runs an import, or the making of a private model, in a worker process and waits for it.
#pragma once
#include <atomic>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "app/worker/import_job.h"
#include "core/result.h"

namespace hearth::app {

/// startLine: of writeImportStartLine or writeSealStartLine. progress is told what the worker says.
/// Once cancel is true the worker is asked to stop, and killed when it does not. Gives the files of
/// the new directory.
/// Errors: those of importModel or sealModel; Internal for a worker that cannot be started or dies.
core::Result<std::vector<storage::ModelContent>> importInWorker(
    const std::filesystem::path& program, std::string startLine, const std::atomic<bool>& cancel,
    const std::function<void(const ImportEvent&)>& progress);

}  // namespace hearth::app
