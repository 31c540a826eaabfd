#include "engine/cpu/scratch.h"

#include <array>
#include <cstdlib>
#include <memory>
#include <string>

#include "core/result.h"

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
        const size_t bytes = (size_t(wanted) * sizeof(float) + 63) / 64 * 64;
        data.reset(static_cast<float*>(std::aligned_alloc(64, bytes)));
        if (!data)
            throw core::Exception({core::ErrorCode::ResourceExhausted,
                                   "Out of memory for " + std::to_string(bytes) + " bytes", ""});
        count = wanted;
    }
};

}  // namespace

float* threadScratch(ScratchUse use, int64_t count) {
    static thread_local std::array<Block, 4> blocks;
    Block& block = blocks[size_t(use)];
    if (block.count < count)
        block.grow(count);
    return block.data.get();
}

}  // namespace hearth::engine::cpu
