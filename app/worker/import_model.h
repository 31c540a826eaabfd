// Makes a directory that can be served of what a user brings.
#pragma once
#include <vector>

#include "app/worker/import_job.h"

namespace hearth::app {

/// Verifies every weight file, copies what belongs to the model, and packs it. A directory that is
/// packed already is verified and copied. Gives the files of the new directory.
/// Errors: those of engine::verifySource, copyModelFiles and engine::packModel; InvalidArgument:
/// another precision asked of a packed directory; Cancelled.
core::Result<std::vector<storage::ModelContent>> importModel(const ImportJob& job,
                                                             const ImportReport& report);

}  // namespace hearth::app
