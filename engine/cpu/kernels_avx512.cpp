#include "engine/cpu/simd_avx512.h"

#define HEARTH_ISA avx512
#include "engine/cpu/kernels_impl.h"

namespace hearth::engine::cpu {

const Kernels& avx512Kernels() {
    static const Kernels kKernels =
        avx512::makeKernels("avx512", avx2QuantisedKernels(), avx2LatentKernels());
    return kKernels;
}

const Kernels& avx512VnniKernels() {
    static const Kernels kKernels =
        avx512::makeKernels("avx512-vnni", vnniQuantisedKernels(), vnniLatentKernels());
    return kKernels;
}

}  // namespace hearth::engine::cpu
