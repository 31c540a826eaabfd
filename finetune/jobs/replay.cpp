#include "finetune/jobs/replay.h"

#include <cmath>
#include <cstdio>

#include "finetune/jobs/job_event.h"

namespace hearth::finetune {

namespace {

/// Seventeen digits tell any two doubles apart.
std::string exactly(double value) {
    char text[40];
    std::snprintf(text, sizeof text, "%.17g", value);
    return text;
}

std::string difference(const char* name, double recorded, double replayed) {
    char text[40];
    std::snprintf(text, sizeof text, "%.3g", std::abs(recorded - replayed));
    return std::string(name) + " recorded " + exactly(recorded) + ", replayed " +
           exactly(replayed) + " (by " + text + ")";
}

}  // namespace

std::string verificationText(const VerifiedEvent& event) {
    const std::string last = std::to_string(event.to_step);
    if (event.equal) {
        std::string text = "Steps " + std::to_string(event.from_step + 1) + " to " + last +
                           " were trained again with the same bits of loss and gradient norm";
        if (event.checkpoints > 0)
            text += ", and of the weights and moments at " + std::to_string(event.checkpoints) +
                    (event.checkpoints == 1 ? " checkpoint" : " checkpoints");
        return text;
    }
    const std::string where = "Trained again from step " + std::to_string(event.from_step) +
                              ", step " + last + " differs: ";
    if (!event.tensor.empty())
        return where + "the tensor " + event.tensor + " of its checkpoint has other bits";
    return where + difference("loss", event.recorded_loss, event.replayed_loss) + ", " +
           difference("gradient norm", event.recorded_gradient_norm, event.replayed_gradient_norm);
}

}  // namespace hearth::finetune
