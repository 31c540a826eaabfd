#include "engine/cpu/simd_avx512.h"

#define HEARTH_ISA avx512
#include "engine/cpu/pair_simd.h"

#include "engine/cpu/pair_kernels_impl.h"

namespace hearth::engine::cpu {

const PairKernels& avx512PairKernels() {
    static const PairKernels kKernels = avx512::makePairKernels("avx512");
    return kKernels;
}

}  // namespace hearth::engine::cpu
