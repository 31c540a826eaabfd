// Working memory of a thread, kept between calls so that a kernel allocates nothing once warm.
#pragma once
#include <cstddef>
#include <cstdint>

namespace hearth::engine::cpu {

/// Independent blocks: a function that calls another with scratch of its own takes another one.
enum class ScratchUse { Weights, Rows, Attention };

/// At least `count` floats, aligned to 64 bytes, valid until this thread asks for the same use
/// with more. Contents are undefined.
float* threadScratch(ScratchUse use, int64_t count);

}  // namespace hearth::engine::cpu
