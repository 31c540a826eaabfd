#include "engine/cpu/simd_scalar.h"

#define HEARTH_ISA scalar
#include "engine/cpu/pair_simd.h"

#include "engine/cpu/pair_kernels_impl.h"

namespace hearth::engine::cpu {

const PairKernels& scalarPairKernels() {
    static const PairKernels kKernels = scalar::makePairKernels("scalar");
    return kKernels;
}

}  // namespace hearth::engine::cpu
