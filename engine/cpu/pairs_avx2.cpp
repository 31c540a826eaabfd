#include "engine/cpu/simd_avx2.h"

#define HEARTH_ISA avx2
#include "engine/cpu/pair_simd.h"

#include "engine/cpu/pair_kernels_impl.h"

namespace hearth::engine::cpu {

const PairKernels& avx2PairKernels() {
    static const PairKernels kKernels = avx2::makePairKernels("avx2");
    return kKernels;
}

}  // namespace hearth::engine::cpu
