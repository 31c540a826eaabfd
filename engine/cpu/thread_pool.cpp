#include "engine/cpu/thread_pool.h"

#include <sched.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace hearth::engine {
namespace {

constexpr auto kSpin = std::chrono::microseconds(30);
constexpr int kChunksPerThread = 32;  // what the last of them takes is what the others may wait

thread_local bool t_insideLoop = false;

void relax() {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

int availableCores() {
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof(set), &set) == 0)
        return std::max(1, CPU_COUNT(&set));
    return std::max(1, int(std::thread::hardware_concurrency()));
}

}  // namespace

ThreadPool::ThreadPool(int threads) {
    const int total = threads > 0 ? threads : availableCores();
    m_parts = std::vector<Part>(size_t(total));
    m_workers.reserve(size_t(total - 1));
    for (int i = 1; i < total; ++i)
        m_workers.emplace_back([this, i] { workerMain(size_t(i)); });
}

ThreadPool::~ThreadPool() {
    {
        std::lock_guard lock(m_mutex);
        m_stop = true;
    }
    m_wake.notify_all();
    for (std::thread& worker : m_workers)
        worker.join();
}

void ThreadPool::run(int64_t count, int64_t grain, Invoke invoke, void* context) {
    if (count <= 0 || m_dry)
        return;
    if (m_workers.empty() || count <= grain || t_insideLoop)
        return invoke(context, 0, count);

    m_chunk = std::max({int64_t{1}, grain, count / (threads() * kChunksPerThread)});
    m_invoke = invoke;
    m_context = context;
    for (int i = 0; i < threads(); ++i) {
        Part& part = m_parts[size_t(i)];
        part.next.store(count * i / threads(), std::memory_order_relaxed);
        part.end = count * (i + 1) / threads();
    }
    const uint64_t epoch = (m_state.load(std::memory_order_relaxed) >> kEpochShift) + 1;
    m_state.store(epoch << kEpochShift | kOpen);
    if (m_sleepers.load() > 0) {
        std::lock_guard lock(m_mutex);
        m_wake.notify_all();
    }
    runChunks(0);
    m_state.fetch_and(~kOpen);
    for (int spins = 0; (m_state.load(std::memory_order_acquire) & kJoinedMask) != 0; ++spins) {
        relax();
        if (spins > 1000)
            std::this_thread::yield();
    }
    if (m_error)
        std::rethrow_exception(std::exchange(m_error, nullptr));
}

void ThreadPool::runChunks(size_t thread) {
    t_insideLoop = true;
    try {
        for (size_t i = 0; i < m_parts.size(); ++i) {
            Part& part = m_parts[(thread + i) % m_parts.size()];
            for (;;) {
                const int64_t begin = part.next.fetch_add(m_chunk, std::memory_order_relaxed);
                if (begin >= part.end)
                    break;
                m_invoke(m_context, begin, std::min(begin + m_chunk, part.end));
            }
        }
    } catch (...) {
        std::lock_guard lock(m_mutex);
        if (!m_error)
            m_error = std::current_exception();
    }
    t_insideLoop = false;
}

bool ThreadPool::hasWork(uint64_t lastEpoch) const {
    const uint64_t state = m_state.load();
    return (state & kOpen) != 0 && state >> kEpochShift != lastEpoch;
}

bool ThreadPool::join(uint64_t& lastEpoch) {
    uint64_t state = m_state.load(std::memory_order_acquire);
    while ((state & kOpen) != 0 && state >> kEpochShift != lastEpoch) {
        if (m_state.compare_exchange_weak(state, state + 1, std::memory_order_acquire)) {
            lastEpoch = state >> kEpochShift;
            return true;
        }
    }
    return false;
}

void ThreadPool::sleepUntilWork(uint64_t lastEpoch) {
    std::unique_lock lock(m_mutex);
    ++m_sleepers;
    m_wake.wait(lock, [&] { return m_stop || hasWork(lastEpoch); });
    --m_sleepers;
}

void ThreadPool::workerMain(size_t thread) {
    uint64_t lastEpoch = 0;
    while (!m_stop) {
        const auto deadline = std::chrono::steady_clock::now() + kSpin;
        bool joined = join(lastEpoch);
        for (int spins = 1; !joined; ++spins) {
            relax();
            joined = join(lastEpoch);
            if (!joined && spins % 32 == 0 && std::chrono::steady_clock::now() > deadline)
                break;
        }
        if (joined) {
            runChunks(thread);
            m_state.fetch_sub(1, std::memory_order_release);
        } else {
            sleepUntilWork(lastEpoch);
        }
    }
}

}  // namespace hearth::engine
