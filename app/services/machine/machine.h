// What this machine and this process hold and use.
#pragma once
#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace hearth::app {

struct MemoryFacts {
    int64_t rssBytes = 0;        // of this process
    int64_t availableBytes = 0;  // that programs can have without swapping
    int64_t totalBytes = 0;
};

struct DiskFacts {
    int64_t freeBytes = 0;  // for this process; root may have more
    int64_t totalBytes = 0;
};

struct ProcessorFacts {
    std::string name;
    int64_t cores = 1;  // that this process may run on
};

// What cannot be read is zero or empty. Safe from any thread.

std::string hostName();
MemoryFacts memoryFacts();
/// Of the file system that holds `path`.
DiskFacts diskFacts(const std::filesystem::path& path);
ProcessorFacts processorFacts();

/// How many processes the kernel has killed for memory since it started.
int64_t outOfMemoryKills();

/// Processor time that this process, its children that have ended, and the running ones named here
/// have used, in seconds.
double processorSeconds(const std::vector<pid_t>& running);

}  // namespace hearth::app
