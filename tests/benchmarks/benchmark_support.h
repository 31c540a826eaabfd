// Median timing for the benchmark programs.
#pragma once
#include <algorithm>
#include <chrono>
#include <fstream>
#include <string>
#include <vector>

namespace hearth::benchmark {

/// Median seconds of one call: at least `minRuns` calls and 0.3 s of them, after a warm-up.
template <typename Function>
double medianSeconds(Function function, int minRuns = 5) {
    using Clock = std::chrono::steady_clock;
    function();
    std::vector<double> seconds;
    double total = 0;
    while (int(seconds.size()) < minRuns || total < 0.3) {
        const auto begin = Clock::now();
        function();
        seconds.push_back(std::chrono::duration<double>(Clock::now() - begin).count());
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
