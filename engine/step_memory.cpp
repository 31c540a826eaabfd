#include "engine/step_memory.h"

#include <algorithm>
#include <array>
#include <bit>
#include <new>
#include <utility>

namespace hearth::engine {

#if defined(__SANITIZE_ADDRESS__)

// The sanitiser tells when a block is used after its end.
void* takeStepBlock(size_t bytes) {
    return ::operator new(bytes);
}
void giveStepBlock(void* block, size_t) noexcept {
    ::operator delete(block);
}

#else

namespace {

constexpr size_t kSmallest = 64;
constexpr size_t kLargest = size_t{1} << 20;  // larger blocks go back at once
constexpr size_t kSizes = std::bit_width(kLargest / kSmallest);
// What a thread keeps of each size: one that gives back what others took keeps no more.
constexpr size_t kKeptBytes = size_t{2} << 20;

/// Powers of two.
size_t sizeIndex(size_t bytes) {
    return size_t(std::bit_width((std::max(bytes, kSmallest) - 1) / kSmallest));
}
size_t sizeAt(size_t index) {
    return kSmallest << index;
}

/// What a thread keeps; trivial, since blocks are given back even when the thread ends.
struct FreeBlocks {
    struct Link {
        Link* next;
    };
    struct List {
        Link* first;
        size_t bytes;
    };
    std::array<List, kSizes> lists;
    bool ended;
};
thread_local FreeBlocks t_free{};

/// Its end is the thread's.
struct Release {
    ~Release() {
        t_free.ended = true;
        for (FreeBlocks::List& list : t_free.lists)
            while (list.first)
                ::operator delete(std::exchange(list.first, list.first->next));
    }
    void arm() const {}
};
thread_local const Release t_release;

}  // namespace

void* takeStepBlock(size_t bytes) {
    if (bytes > kLargest)
        return ::operator new(bytes);
    const size_t index = sizeIndex(bytes);
    FreeBlocks::List& list = t_free.lists[index];
    if (!list.first)
        return ::operator new(sizeAt(index));
    list.bytes -= sizeAt(index);
    return std::exchange(list.first, list.first->next);
}

void giveStepBlock(void* block, size_t bytes) noexcept {
    const size_t index = bytes > kLargest ? 0 : sizeIndex(bytes);
    FreeBlocks::List& list = t_free.lists[index];
    if (bytes > kLargest || t_free.ended || list.bytes >= kKeptBytes)
        return ::operator delete(block);
    t_release.arm();
    list.bytes += sizeAt(index);
    list.first = new (block) FreeBlocks::Link{list.first};
}

#endif

}  // namespace hearth::engine
