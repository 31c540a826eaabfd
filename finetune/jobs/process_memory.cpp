#include "finetune/jobs/process_memory.h"

#if defined(__GLIBC__)
#include <malloc.h>
#endif

#include <fstream>
#include <string>

namespace hearth::finetune {
namespace {

/// A line "name: 123 kB" of what Linux says of this process; 0 when there is none. The peak is not
/// getrusage's, which begins with that of the process that started this one.
int64_t statusBytes(const std::string& name) {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with(name + ":"))
            return std::stoll(line.substr(name.size() + 1)) * 1024;
    return 0;
}

}  // namespace

int64_t residentBytes() {
    return statusBytes("VmRSS");
}

int64_t residentFileBytes() {
    return statusBytes("RssFile");
}

int64_t peakResidentBytes() {
    return statusBytes("VmHWM");
}

bool restartPeak() {
    std::ofstream file("/proc/self/clear_refs");
    file << "5" << std::flush;
    return file.good();
}

void releaseFreedMemory() {
#if defined(__GLIBC__)
    malloc_trim(0);
#endif
}

}  // namespace hearth::finetune
