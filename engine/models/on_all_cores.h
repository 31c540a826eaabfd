// Loops over independent pieces of an import, on threads of their own: an import has no backend.
#pragma once
#include <algorithm>
#include <atomic>
#include <cstdint>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace hearth::engine {

/// Calls work(i) for i in [0, count), each once, and returns when all are done. Rethrows the
/// first exception; pieces that have not begun are left out then.
template <typename Work>
void onAllCores(int64_t count, Work work) {
    std::atomic<int64_t> next = 0;
    std::mutex mutex;  // guards failure
    std::exception_ptr failure;
    const auto run = [&] {
        try {
            for (int64_t i; (i = next++) < count;)
                work(i);
        } catch (...) {
            const std::lock_guard lock(mutex);
            next = count;
            if (!failure)
                failure = std::current_exception();
        }
    };
    {
        std::vector<std::jthread> helpers;
        const int64_t cores = std::max(1u, std::thread::hardware_concurrency());
        while (int64_t(helpers.size()) + 1 < std::min(cores, count))
            helpers.emplace_back(run);
        run();
    }
    if (failure)
        std::rethrow_exception(failure);
}

}  // namespace hearth::engine
