// How far the multi-token-prediction module has followed a sequence.
#pragma once
#include <cstdint>
#include <vector>

#include "engine/runtime/draft_policy.h"
#include "engine/tensor.h"

namespace hearth::engine {

/// The module runs a position when the token after it is known, so it is at least one position
/// behind the main model; the states that it needs for those positions wait here.
///
/// Prompts are always followed, so that pages of the prefix tree have their rows. An answer is
/// followed while drafts pay.
struct MtpState {
    // The module guesses again from its own guess; each time is less certain than the one before.
    static constexpr int64_t kMaxDrafts = 4;
    /// States kept of a sequence that drafts nothing; then the module catches up in one go.
    static constexpr int64_t kMostBehind = 64;
    // About the last twenty drafts count: fewer, and a module that is right in two of three cases
    // seems to be worse than a coin every now and then. What is assumed weighs as four do, so that
    // a module that knows nothing is found out soon.
    static constexpr double kLearning = 0.05;
    static constexpr double kAssumed = 4.0;

    bool followed = true;
    bool tried = false;          // drafts were made
    int64_t rows = 0;            // positions that the cache's draft layer holds
    std::vector<Tensor> states;  // [n, H] each: of the positions from `rows` on
    DraftPolicy policy{kMaxDrafts, kLearning, kAssumed};

    int64_t behind() const {
        int64_t count = 0;
        for (const Tensor& part : states)
            count += part.dim(0);
        return count;
    }
    bool overdue() const { return behind() >= kMostBehind; }
    /// Until the sequence starts over.
    void stop() {
        followed = false;
        states.clear();
    }
    /// The first `position` positions are in the draft layer, and no states are kept.
    void startAt(int64_t position) {
        followed = true;
        rows = position;
        states.clear();
    }
    /// Forgets states of the positions from `end` on: their tokens were refused.
    void dropFrom(int64_t end) {
        for (int64_t excess = rows + behind() - end; excess > 0 && !states.empty();) {
            const int64_t last = states.back().dim(0);
            if (last > excess)
                states.back() = states.back().rows(0, last - excess);
            else
                states.pop_back();
            excess -= last;
        }
    }
};

}  // namespace hearth::engine
