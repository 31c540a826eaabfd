// Runs an import in a worker process and waits for it.
#pragma once
#include <atomic>
#include <filesystem>
#include <functional>
#include <vector>

#include "app/worker/import_job.h"
#include "core/result.h"

namespace hearth::app {

/// progress is told what the worker says. Once cancel is true the worker is asked to stop, and
/// killed when it does not. Gives the files of the new directory.
/// Errors: those of importModel; Internal for a worker that cannot be started or dies.
core::Result<std::vector<storage::ModelContent>> importInWorker(
    const std::filesystem::path& program, const ImportJob& job, const std::atomic<bool>& cancel,
    const std::function<void(const ImportEvent&)>& progress);

}  // namespace hearth::app
