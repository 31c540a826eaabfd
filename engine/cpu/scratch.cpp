#include "engine/cpu/scratch.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>

#include "engine/cpu/host_allocator.h"

namespace hearth::engine::cpu {
namespace {

struct FreeBlock {
    void operator()(float* block) const { std::free(block); }
};

struct Block {
    std::unique_ptr<float, FreeBlock> data;
    int64_t count = 0;

    void grow(int64_t wanted) {
        data.reset();
        count = 0;
        data.reset(static_cast<float*>(allocateHostBlock(size_t(wanted) * sizeof(float))));
        count = wanted;
    }
};

}  // namespace

float* threadScratch(ScratchUse use, int64_t count) {
    static thread_local std::array<Block, 4> blocks;
    Block& block = blocks[size_t(use)];
    if (block.count < count)
        block.grow(std::max(count, block.count + block.count / 4));  // a context grows, too
    return block.data.get();
}

}  // namespace hearth::engine::cpu
