// Makes a directory that can be served of what a user brings.
#pragma once
#include <cstdint>
#include <functional>
#include <vector>

#include "app/worker/import_job.h"

namespace hearth::app {

/// Told of each piece of a stage (import_job.h names them); false ends the import.
using ImportReport = std::function<bool(const char* stage, uint64_t done, uint64_t total)>;

/// Verifies every weight file, copies what belongs to the model, and packs it. A directory that is
/// packed already is verified and copied. Gives the files of the new directory.
/// Errors: those of engine::verifySource, copyModelFiles and engine::packModel; InvalidArgument:
/// another precision asked of a packed directory; Cancelled.
core::Result<std::vector<storage::ModelContent>> importModel(const ImportJob& job,
                                                             const ImportReport& report);

}  // namespace hearth::app
