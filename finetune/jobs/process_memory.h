// Memory of this process, and what it may still have.
#pragma once
#include <cstdint>

namespace hearth::finetune {

/// Held now; 0 when the system does not say.
int64_t residentBytes();
/// Of those, pages of files: the program, and weights that are read where they are stored.
int64_t residentFileBytes();
/// The most so far, or since restartPeak.
int64_t peakResidentBytes();
/// Counts the peak anew from what is held now. False when the system does not allow it.
bool restartPeak();
/// Gives freed memory back to the system, so that what is held is what is used.
void releaseFreedMemory();
/// What this process can have without swapping: of the machine, and of its control group's limit.
/// 0 when the system does not say.
int64_t availableBytes();

}  // namespace hearth::finetune
