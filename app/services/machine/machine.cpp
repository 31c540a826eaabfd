#include "app/services/machine/machine.h"

#include <sched.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <sstream>

#include "core/strings.h"

namespace hearth::app {
namespace {

/// The value behind `name` in a file of "name: value" lines.
std::string fieldOf(const char* file, std::string_view name) {
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
        const size_t colon = line.find(':');
        if (colon != std::string::npos && core::trim(line.substr(0, colon)) == name)
            return std::string(core::trim(line.substr(colon + 1)));
    }
    return {};
}

/// "1234 kB" in bytes.
int64_t kilobytes(const std::string& text) {
    std::istringstream in(text);
    int64_t value = 0;
    in >> value;
    return value * 1024;
}

double seconds(const timeval& time) {
    return double(time.tv_sec) + double(time.tv_usec) * 1e-6;
}

double usedBy(int who) {
    rusage usage{};
    return getrusage(who, &usage) == 0 ? seconds(usage.ru_utime) + seconds(usage.ru_stime) : 0.0;
}

/// utime and stime, the 14th and 15th field of proc(5)'s stat. The second field is a name in
/// parentheses, which may hold spaces.
double usedByProcess(pid_t pid) {
    std::ifstream in("/proc/" + std::to_string(pid) + "/stat");
    std::string text;
    std::getline(in, text);
    const size_t end = text.rfind(')');
    if (end == std::string::npos)
        return 0;
    std::istringstream rest(text.substr(end + 1));
    std::string skipped;
    for (int field = 3; field < 14; ++field)
        rest >> skipped;
    int64_t user = 0, system = 0;
    rest >> user >> system;
    return double(user + system) / double(sysconf(_SC_CLK_TCK));
}

}  // namespace

std::string hostName() {
    std::array<char, 256> name{};
    return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

MemoryFacts memoryFacts() {
    return {.rssBytes = kilobytes(fieldOf("/proc/self/status", "VmRSS")),
            .availableBytes = kilobytes(fieldOf("/proc/meminfo", "MemAvailable")),
            .totalBytes = kilobytes(fieldOf("/proc/meminfo", "MemTotal"))};
}

DiskFacts diskFacts(const std::filesystem::path& path) {
    struct statvfs facts {};
    if (statvfs(path.c_str(), &facts) != 0)
        return {};
    return {.freeBytes = int64_t(facts.f_bavail) * int64_t(facts.f_frsize),
            .totalBytes = int64_t(facts.f_blocks) * int64_t(facts.f_frsize)};
}

ProcessorFacts processorFacts() {
    ProcessorFacts facts{.name = fieldOf("/proc/cpuinfo", "model name")};
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0)
        facts.cores = CPU_COUNT(&set);
    return facts;
}

int64_t outOfMemoryKills() {
    std::ifstream in("/proc/vmstat");
    std::string name;
    for (int64_t value = 0; in >> name >> value;)
        if (name == "oom_kill")
            return value;
    return 0;
}

double processorSeconds(const std::vector<pid_t>& running) {
    double total = usedBy(RUSAGE_SELF) + usedBy(RUSAGE_CHILDREN);
    for (const pid_t pid : running)
        total += usedByProcess(pid);
    return total;
}

}  // namespace hearth::app
