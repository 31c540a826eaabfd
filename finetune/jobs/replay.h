// Which of a job's recorded steps are trained again to show that they give the same bits.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

namespace hearth::finetune {

struct ReplayOptions {
    /// Of a checkpoint, or 0 for the beginning. Absent: of the newest checkpoint behind which all
    /// of the steps are recorded, else of the newest behind which any are.
    std::optional<int64_t> from;
    int64_t steps = 10;  // fewer where fewer are recorded
};

struct VerifiedEvent;
/// One sentence: equal, or at which step and by how much it differs.
std::string verificationText(const VerifiedEvent& event);

}  // namespace hearth::finetune
