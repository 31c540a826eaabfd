#include "engine/cpu/latent_loops.h"

namespace hearth::engine::cpu {

const LatentKernels& scalarLatentKernels() {
    return kLoops;
}

}  // namespace hearth::engine::cpu
