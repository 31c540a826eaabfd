// Working memory of a thread, kept between calls so that a kernel allocates nothing once warm.
#pragma once
#include <cstddef>
#include <cstdint>

namespace hearth::engine::cpu {

/// Independent blocks: a function that calls another with scratch of its own takes another one.
enum class ScratchUse { Weights, Rows, Attention, Quantised };

/// At least `count` floats, aligned to 64 bytes, valid until this thread asks for the same use
/// with more. Contents are undefined.
float* threadScratch(ScratchUse use, int64_t count);

/// Padded sizes of blocks.
constexpr int64_t roundUp(int64_t value, int64_t step) {
    return (value + step - 1) / step * step;
}

}  // namespace hearth::engine::cpu
