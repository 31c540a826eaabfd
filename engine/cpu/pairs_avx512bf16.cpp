#include "engine/cpu/simd_avx512bf16.h"

#define HEARTH_ISA avx512bf16
#include "engine/cpu/pair_kernels_impl.h"

namespace hearth::engine::cpu {

const PairKernels& avx512Bf16PairKernels() {
    static const PairKernels kKernels = avx512bf16::makePairKernels("avx512-bf16");
    return kKernels;
}

}  // namespace hearth::engine::cpu
