// Median timing for the benchmark programs.
#pragma once
#include <time.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

namespace hearth::benchmark {

/// Measure processor time of the calling thread: what a program with one thread takes on a machine
/// that others use as well.
inline bool measureProcessorTime = false;

inline double secondsNow() {
    timespec now{};
    clock_gettime(measureProcessorTime ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC, &now);
    return double(now.tv_sec) + 1e-9 * double(now.tv_nsec);
}

/// The same, but processor time of all threads, for work that runs on others.
inline double processSecondsNow() {
    timespec now{};
    clock_gettime(measureProcessorTime ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC, &now);
    return double(now.tv_sec) + 1e-9 * double(now.tv_nsec);
}

/// Median seconds of one call: at least `minRuns` calls and 0.3 s of them, after a warm-up.
template <typename Function>
double medianSeconds(Function function, int minRuns = 5) {
    function();
    std::vector<double> seconds;
    double total = 0;
    while (int(seconds.size()) < minRuns || total < 0.3) {
        const double begin = secondsNow();
        function();
        seconds.push_back(secondsNow() - begin);
        total += seconds.back();
    }
    std::nth_element(seconds.begin(), seconds.begin() + int64_t(seconds.size() / 2), seconds.end());
    return seconds[seconds.size() / 2];
}

/// The processor's name as the kernel reports it.
inline std::string processorName() {
    std::ifstream file("/proc/cpuinfo");
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("model name"))
            return line.substr(line.find(':') + 2);
    }
    return "unknown processor";
}

}  // namespace hearth::benchmark
