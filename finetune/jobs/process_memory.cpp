#include "finetune/jobs/process_memory.h"

#if defined(__GLIBC__)
#include <malloc.h>
#endif

#include <algorithm>
#include <fstream>
#include <limits>
#include <string>

namespace hearth::finetune {
namespace {

constexpr int64_t kUnlimited = std::numeric_limits<int64_t>::max();

/// The number behind `name` in a file of lines that begin with names; 0: there is none.
int64_t fieldOf(const std::string& file, const std::string& name) {
    std::ifstream in(file);
    int64_t number = 0;
    for (std::string word; in >> word; in.ignore(kUnlimited, '\n'))
        if (word == name && in >> number)
            break;
    return number;
}

/// What Linux says of this process. The peak is not getrusage's, which begins with that of the
/// process that started this one.
int64_t statusBytes(const std::string& name) {
    return fieldOf("/proc/self/status", name + ":") * 1024;
}

/// "max" and a file that is not there are no limit.
int64_t numberIn(const std::string& file) {
    std::ifstream in(file);
    int64_t number = 0;
    return in >> number ? number : kUnlimited;
}

/// Of the control group (version 2) and those above it. What it holds of files can be taken.
int64_t groupAvailable() {
    std::ifstream in("/proc/self/cgroup");
    std::string line;
    if (!std::getline(in, line) || !line.starts_with("0::"))
        return kUnlimited;
    int64_t available = kUnlimited;
    for (std::string path = line.substr(3); path.size() > 1; path.erase(path.rfind('/'))) {
        const std::string group = "/sys/fs/cgroup" + path;
        const int64_t limit = numberIn(group + "/memory.max");
        if (limit == kUnlimited)
            continue;
        const int64_t used =
            numberIn(group + "/memory.current") - fieldOf(group + "/memory.stat", "inactive_file");
        available = std::min(available, std::max<int64_t>(1, limit - used));
    }
    return available;
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

int64_t availableBytes() {
    return std::min(fieldOf("/proc/meminfo", "MemAvailable:") * 1024, groupAvailable());
}

}  // namespace hearth::finetune
