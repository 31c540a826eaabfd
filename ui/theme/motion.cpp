#include "ui/theme/motion.h"

#include <QtGlobal>

#include "ui/theme/tokens.h"

namespace hearth::ui {
namespace {

bool& preference() {
    static bool reduce = false;
    return reduce;
}

}  // namespace

int motionDuration() {
    return reduceMotion() ? 0 : metrics::kMotionMs;
}

void setReduceMotion(bool reduce) {
    preference() = reduce;
}

bool reduceMotion() {
    return preference() || qEnvironmentVariableIntValue("HEARTH_REDUCE_MOTION") != 0;
}

}  // namespace hearth::ui
