// Whether this build's kernels run on the GPU at hand.
#pragma once

namespace hearth::engine::cuda {

/// Of device 0.
bool kernelsFit();

}  // namespace hearth::engine::cuda
