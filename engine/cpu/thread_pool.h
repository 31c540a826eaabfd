// A fixed set of threads that share loops. Idle workers sleep; between two loops that follow
// each other closely they spin for some microseconds, because waking costs more than that.
#pragma once
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <mutex>
#include <thread>
#include <type_traits>
#include <vector>

namespace hearth::engine {

/// Threading: one caller at a time; a loop inside a loop runs on the thread that meets it.
class ThreadPool {
public:
    /// threads: the caller included; 0: one per core this process may use.
    explicit ThreadPool(int threads = 0);
    /// Whose loops run nothing: what computes with it only asks for memory.
    static ThreadPool dry() { return ThreadPool(Dry()); }
    ~ThreadPool();
    ThreadPool(const ThreadPool&) = delete;
    ThreadPool& operator=(const ThreadPool&) = delete;

    int threads() const { return int(m_workers.size()) + 1; }
    bool isDry() const { return m_dry; }

    /// Calls body(begin, end) on disjoint ranges that cover [0, count) and returns when all are
    /// done. Which thread runs which range is not fixed: a result must not depend on it.
    /// Ranges hold at least `grain` iterations; a loop of at most `grain` runs inline.
    /// An exception from body is rethrown here (the first one).
    template <typename Body>
    void parallelFor(int64_t count, int64_t grain, Body&& body) {
        using Plain = std::remove_reference_t<Body>;
        run(
            count, grain,
            [](void* context, int64_t begin, int64_t end) {
                (*static_cast<Plain*>(context))(begin, end);
            },
            const_cast<void*>(static_cast<const void*>(&body)));
    }
    template <typename Body>
    void parallelFor(int64_t count, Body&& body) {
        parallelFor(count, 1, body);
    }

private:
    struct Dry {};
    explicit ThreadPool(Dry) : m_dry(true) {}

    using Invoke = void (*)(void* context, int64_t begin, int64_t end);

    void run(int64_t count, int64_t grain, Invoke invoke, void* context);
    void runChunks(size_t thread);
    void workerMain(size_t thread);
    bool join(uint64_t& lastEpoch);
    void sleepUntilWork(uint64_t lastEpoch);
    bool hasWork(uint64_t lastEpoch) const;

    // One word says everything about the current loop: epoch << 16 | open << 15 | joined workers.
    // A worker that comes late finds it closed, so the caller waits only for those that joined.
    static constexpr uint64_t kOpen = uint64_t{1} << 15;
    static constexpr uint64_t kJoinedMask = kOpen - 1;
    static constexpr int kEpochShift = 16;
    alignas(64) std::atomic<uint64_t> m_state{0};
    /// A thread's own part of the loop. It goes through it in order, as memory is read fastest, and
    /// then helps with the others' parts.
    struct alignas(64) Part {
        std::atomic<int64_t> next{0};
        int64_t end = 0;
    };
    std::vector<Part> m_parts;
    int64_t m_chunk = 1;
    Invoke m_invoke = nullptr;
    void* m_context = nullptr;

    const bool m_dry = false;
    std::mutex m_mutex;  // guards m_error and the sleep below
    std::exception_ptr m_error;
    std::condition_variable m_wake;
    std::atomic<int> m_sleepers{0};
    std::atomic<bool> m_stop{false};
    std::vector<std::thread> m_workers;
};

}  // namespace hearth::engine
