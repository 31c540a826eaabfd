// A worker process from its start to its end.
#pragma once
#include <atomic>
#include <filesystem>
#include <functional>
#include <string>

#include "core/result.h"

namespace hearth::app {

/// Starts a worker, hands on each line that it says and waits for its end. startLine holds keys and
/// is wiped. Once cancel is true the worker is asked to stop, and killed when it does not. Gives
/// how it ended, in words, e.g. "exit status 0". Errors: Internal for a worker that cannot be
/// started; those of `hear`, which end the listening.
core::Result<std::string> runWorker(const std::filesystem::path& program, std::string startLine,
                                    const std::atomic<bool>& cancel,
                                    const std::function<core::Status(const std::string&)>& hear);

}  // namespace hearth::app
