#include "finetune/jobs/process_memory.h"

#include <sys/resource.h>
#include <unistd.h>
#include <cstdio>

namespace hearth::finetune {

int64_t residentBytes() {
    long long size = 0, resident = 0;
    std::FILE* file = std::fopen("/proc/self/statm", "r");
    if (!file)
        return 0;
    const int read = std::fscanf(file, "%lld %lld", &size, &resident);
    std::fclose(file);
    return read == 2 ? int64_t(resident) * sysconf(_SC_PAGESIZE) : 0;
}

int64_t peakResidentBytes() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return int64_t(usage.ru_maxrss) * 1024;  // Linux counts KiB
}

}  // namespace hearth::finetune
