#include "engine/cpu/simd_avx512.h"

#define HEARTH_ISA avx512
#include "engine/cpu/kernels_impl.h"

namespace hearth::engine::cpu {

const Kernels& avx512Kernels() {
    static const Kernels kKernels = avx512::makeKernels("avx512", avx2QuantisedKernels(),
                                                        avx2LatentKernels(), avx512PairKernels());
    return kKernels;
}

const Kernels& avx512VnniKernels() {
    static const Kernels kKernels = avx512::makeKernels("avx512-vnni", vnniQuantisedKernels(),
                                                        vnniLatentKernels(), avx512PairKernels());
    return kKernels;
}

const Kernels& avx512Bf16Kernels() {
    static const Kernels kKernels = avx512::makeKernels(
        "avx512-bf16", vnniQuantisedKernels(), vnniLatentKernels(), avx512Bf16PairKernels());
    return kKernels;
}

}  // namespace hearth::engine::cpu
