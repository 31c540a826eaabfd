// A fine-tuning job at the terminal, until it ends.
#pragma once
#include <string>

#include "app/cli/command.h"

namespace hearth::app {

/// Path of the job's routes.
std::string jobPath(const std::string& id);

/// Shows the job's events and progress, and how it ended. Errors: Internal when it did not succeed.
core::Status watchJob(CommandContext& context, const std::string& id);

}  // namespace hearth::app
