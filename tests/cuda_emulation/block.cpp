#include "block.h"

#include <setjmp.h>
#include <ucontext.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <memory>
#include <vector>

#include "device_language.h"

Index3 threadIdx, blockIdx;
dim3 blockDim, gridDim;

namespace hearth::emulation {
namespace {

constexpr size_t kStackBytes = 256 << 10;
constexpr size_t kCopyBytes = 16;
constexpr size_t kMostShared = 227 << 10;  // of an H100
constexpr unsigned kMostThreads = 1024, kMostRows = 65535;

enum class State { Ready, WaitsForWarp, WaitsForBlock, Ended };

struct Copy {
    void* target;
    const void* source;
};

/// A fiber, which runs a thread of each block that has so many. Switching is by _setjmp and
/// _longjmp, as swapcontext() calls the system each time; ucontext only starts it.
struct Thread {
    unsigned index = 0;
    State state = State::Ended;
    unsigned exchanges = 0;
    std::deque<std::vector<Copy>> copies;  // closed groups, then the open one
    bool started = false;
    jmp_buf place;
    ucontext_t start;
    std::vector<std::byte> stack = std::vector<std::byte>(kStackBytes);
};

struct Warp {
    std::byte slots[2][kWarpLanes * kSlotBytes];
};

std::vector<std::unique_ptr<Thread>> threads;
std::vector<Warp> warps;
std::vector<uint4> shared;
Thread* running = nullptr;
const std::function<void()>* currentKernel = nullptr;
jmp_buf scheduler;
bool falling = false;  // the order of the block's threads

[[noreturn]] void fail(const char* message) {
    std::fprintf(stderr, "CUDA emulation: %s in block (%u, %u, %u), thread %u\n", message,
                 blockIdx.x, blockIdx.y, blockIdx.z, threadIdx.x);
    std::abort();
}

/// Back to the scheduler, until resume().
void leave(State state) {
    running->state = state;
    if (_setjmp(running->place) == 0)
        _longjmp(scheduler, 1);
}

void runThreads() {
    for (;;) {
        (*currentKernel)();
        leave(State::Ended);
    }
}

void resume(Thread& thread) {
    running = &thread;
    threadIdx = {thread.index, 0, 0};
    if (_setjmp(scheduler) != 0)
        return;
    if (thread.started)
        _longjmp(thread.place, 1);
    thread.started = true;
    getcontext(&thread.start);
    thread.start.uc_stack.ss_sp = thread.stack.data();
    thread.start.uc_stack.ss_size = thread.stack.size();
    makecontext(&thread.start, runThreads, 0);
    setcontext(&thread.start);
}

unsigned countIn(State state, unsigned begin, unsigned end) {
    return unsigned(std::count_if(threads.begin() + begin, threads.begin() + end,
                                  [&](const auto& thread) { return thread->state == state; }));
}
void makeReady(State from, unsigned begin, unsigned end) {
    for (unsigned i = begin; i < end; ++i) {
        if (threads[i]->state == from)
            threads[i]->state = State::Ready;
    }
}

/// Until all of the warp's lanes, threads [begin, end), wait for the block or have ended.
void runWarp(unsigned begin, unsigned end) {
    for (;;) {
        for (unsigned i = 0; i < end - begin; ++i) {
            Thread& thread = *threads[falling ? end - 1 - i : begin + i];
            if (thread.state == State::Ready)
                resume(thread);
        }
        const unsigned waiting = countIn(State::WaitsForWarp, begin, end);
        if (waiting == 0)
            return;
        if (waiting != kWarpLanes)
            fail("a warp function that not all lanes reach");
        makeReady(State::WaitsForWarp, begin, end);
    }
}

void runBlock(unsigned count) {
    for (unsigned i = 0; i < count; ++i) {
        threads[i]->state = State::Ready;
        threads[i]->copies.assign(1, {});
    }
    const unsigned warpCount = (count + kWarpLanes - 1) / kWarpLanes;
    while (countIn(State::Ended, 0, count) < count) {
        for (unsigned i = 0; i < warpCount; ++i) {
            const unsigned begin = (falling ? warpCount - 1 - i : i) * kWarpLanes;
            runWarp(begin, std::min(begin + kWarpLanes, count));
        }
        makeReady(State::WaitsForBlock, 0, count);
    }
}

void prepare(dim3 grid, unsigned count, size_t sharedBytes) {
    if (sharedBytes > kMostShared)
        fail("more shared memory than a block can have");
    if (count == 0 || count > kMostThreads || grid.x == 0 || grid.y == 0 || grid.z == 0 ||
        grid.y > kMostRows || grid.z > kMostRows)
        fail("a grid that cannot be launched");
    while (threads.size() < count) {
        threads.push_back(std::make_unique<Thread>());
        threads.back()->index = unsigned(threads.size()) - 1;
    }
    warps.resize((threads.size() + kWarpLanes - 1) / kWarpLanes);
    shared.resize((sharedBytes + sizeof(uint4) - 1) / sizeof(uint4));
    gridDim = grid;
    blockDim = dim3(count);
}

}  // namespace

void runGrid(dim3 grid, unsigned count, size_t sharedBytes, const std::function<void()>& kernel) {
    prepare(grid, count, sharedBytes);
    currentKernel = &kernel;
    for (unsigned z = 0; z < grid.z; ++z) {
        for (unsigned y = 0; y < grid.y; ++y) {
            for (unsigned x = 0; x < grid.x; ++x) {
                blockIdx = {x, y, z};
                std::fill(shared.begin(), shared.end(), uint4{~0u, ~0u, ~0u, ~0u});
                falling = !falling;
                runBlock(count);
            }
        }
    }
}

void* sharedMemory() {
    return shared.data();
}

void waitForBlock() {
    leave(State::WaitsForBlock);
}

const std::byte* exchange(const void* own, size_t bytes) {
    std::byte* slots = warps[running->index / kWarpLanes].slots[running->exchanges++ % 2];
    std::memcpy(slots + running->index % kWarpLanes * kSlotBytes, own, bytes);
    leave(State::WaitsForWarp);
    return slots;
}

void startCopy(void* target, const void* source) {
    if (uintptr_t(target) % kCopyBytes != 0 || uintptr_t(source) % kCopyBytes != 0)
        fail("a copy between addresses that are not aligned");
    running->copies.back().push_back({target, source});
}

void closeCopies() {
    running->copies.emplace_back();
}

void finishCopies(size_t left) {
    for (; running->copies.size() > left + 1; running->copies.pop_front()) {
        for (const Copy& copy : running->copies.front())
            std::memcpy(copy.target, copy.source, kCopyBytes);
    }
}

}  // namespace hearth::emulation
