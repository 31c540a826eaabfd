// Memory of this process.
#pragma once
#include <cstdint>

namespace hearth::finetune {

/// Held now; 0 when the system does not say.
int64_t residentBytes();
/// The most so far.
int64_t peakResidentBytes();

}  // namespace hearth::finetune
