// What this machine can do at best, measured in the same run as the kernels.
#pragma once
#include "engine/cpu/thread_pool.h"

namespace hearth::benchmark {

struct MachinePeaks {
    double readBytes = 0;      // a second, from memory, all threads
    double int8Ops = 0;        // a second: multiply-adds of dot products in registers, twice
    double floatOps = 0;       // fused multiply-adds in registers, twice
    double bf16Ops = 0;        // those of pairs of BF16; floatOps where no instruction has them
    const char* int8How = "";  // which instruction
};

MachinePeaks measurePeaks(engine::ThreadPool& pool);

}  // namespace hearth::benchmark
