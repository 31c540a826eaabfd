#include "engine/cpu/thread_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <ctime>
#include <numeric>
#include <set>
#include <stdexcept>

namespace hearth::test {
namespace {

using engine::ThreadPool;

TEST(ThreadPoolTest, VisitsEveryIterationOnce) {
    ThreadPool pool(4);
    for (int64_t count : {1, 2, 3, 7, 100, 5000}) {
        for (int64_t grain : {1, 16, 1000}) {
            std::vector<std::atomic<int>> visits(static_cast<size_t>(count));
            pool.parallelFor(count, grain, [&](int64_t begin, int64_t end) {
                for (int64_t i = begin; i < end; ++i)
                    ++visits[size_t(i)];
            });
            for (const auto& visit : visits)
                ASSERT_EQ(visit, 1) << count << " by " << grain;
        }
    }
}

TEST(ThreadPoolTest, ManyShortLoopsInARowLoseNothing) {
    ThreadPool pool(3);
    std::atomic<int64_t> sum = 0;
    for (int round = 0; round < 20000; ++round)
        pool.parallelFor(6, [&](int64_t begin, int64_t end) { sum += end - begin; });
    EXPECT_EQ(sum, 120000);
}

TEST(ThreadPoolTest, EmptyLoopCallsNothing) {
    ThreadPool pool(2);
    pool.parallelFor(0, [](int64_t, int64_t) { FAIL(); });
}

TEST(ThreadPoolTest, LoopInsideALoopRunsOnItsThread) {
    ThreadPool pool(3);
    std::atomic<int> sum = 0;
    pool.parallelFor(8, [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) {
            const auto thread = std::this_thread::get_id();
            pool.parallelFor(5, [&](int64_t innerBegin, int64_t innerEnd) {
                EXPECT_EQ(thread, std::this_thread::get_id());
                sum += int(innerEnd - innerBegin);
            });
        }
    });
    EXPECT_EQ(sum, 40);
}

TEST(ThreadPoolTest, RethrowsAnExceptionAndStaysUsable) {
    ThreadPool pool(3);
    for (int round = 0; round < 50; ++round) {
        EXPECT_THROW(pool.parallelFor(100,
                                      [](int64_t begin, int64_t) {
                                          if (begin > 20)
                                              throw std::runtime_error("broken");
                                      }),
                     std::runtime_error);
    }
    std::atomic<int64_t> sum = 0;
    pool.parallelFor(100, [&](int64_t begin, int64_t end) { sum += end - begin; });
    EXPECT_EQ(sum, 100);
}

TEST(ThreadPoolTest, UsesItsThreads) {
    ThreadPool pool(2);
    EXPECT_EQ(pool.threads(), 2);
    std::atomic<int> arrived = 0;
    // Each iteration waits for the other one, so one thread alone would never finish.
    pool.parallelFor(2, [&](int64_t begin, int64_t end) {
        ASSERT_EQ(end - begin, 1);
        ++arrived;
        while (arrived < 2)
            std::this_thread::yield();
    });
}

TEST(ThreadPoolTest, IdleWorkersSleep) {
    ThreadPool pool(4);
    pool.parallelFor(100, [](int64_t, int64_t) {});
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    const std::clock_t before = std::clock();
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    const double busy = double(std::clock() - before) / CLOCKS_PER_SEC;
    EXPECT_LT(busy, 0.05);  // three spinning workers would use 0.2 s each
}

TEST(ThreadPoolTest, ZeroMeansTheAvailableCores) {
    EXPECT_GE(ThreadPool(0).threads(), 1);
}

}  // namespace
}  // namespace hearth::test
