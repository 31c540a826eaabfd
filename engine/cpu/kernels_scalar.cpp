#include "engine/cpu/simd_scalar.h"

#define HEARTH_ISA scalar
#include "engine/cpu/kernels_impl.h"

namespace hearth::engine::cpu {

const Kernels& scalarKernels() {
    static const Kernels kKernels = scalar::makeKernels("scalar", scalarQuantisedKernels(),
                                                        scalarLatentKernels(), scalarPairKernels());
    return kKernels;
}

}  // namespace hearth::engine::cpu
