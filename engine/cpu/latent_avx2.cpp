#include "engine/cpu/latent_loops.h"

namespace hearth::engine::cpu {

const LatentKernels& avx2LatentKernels() {
    return kLoops;
}

}  // namespace hearth::engine::cpu
