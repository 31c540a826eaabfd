#include "engine/cpu/simd_avx2.h"

#define HEARTH_ISA avx2
#include "engine/cpu/kernels_impl.h"

namespace hearth::engine::cpu {

const Kernels& avx2Kernels() {
    static const Kernels kKernels =
        avx2::makeKernels("avx2", avx2QuantisedKernels(), avx2LatentKernels(), avx2PairKernels());
    return kKernels;
}

}  // namespace hearth::engine::cpu
