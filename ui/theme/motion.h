// How long things move, and whether they move at all.
#pragma once

namespace hearth::ui {

/// Milliseconds of one movement: 120, or 0 when the person asked for none here
/// (`setReduceMotion`) or for the whole desktop session (HEARTH_REDUCE_MOTION=1).
int motionDuration();

void setReduceMotion(bool reduce);
bool reduceMotion();

}  // namespace hearth::ui
