// Drafts by the model's multi-token-prediction module, whose rows lie in the same cache pages as
// the main layers' (KvCache::draftLayer).
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "engine/models/model.h"
#include "engine/runtime/step_planner.h"

namespace hearth::engine {

/// The draft layer's row of a position depends on that position's state and on the token after it.
/// The last row of a shared page was made with the token that followed in the prompt that made the
/// page; where another prompt goes on differently just there, its drafts see one key that is a
/// little off. Drafts are guesses: what the target samples does not depend on them.
class MtpDrafter {
public:
    /// on: the cache has a draft layer, and sequences are followed.
    MtpDrafter(Backend& backend, Model& model, KvCache& cache, bool on)
        : m_backend(backend), m_model(model), m_cache(cache), m_on(on) {}

    /// Whether the step has to keep the sequence's states.
    bool wantsStates(const Sequence& s) const { return m_on && s.mtp.followed; }
    struct Made {
        int64_t drafts = 0;
        int64_t passes = 0;  // of the module
    };
    /// Before the step: makes the drafts that the plan wants (PlannedPart::mtp_drafts).
    Made draft(StepPlan& plan);
    /// After the step, before its tokens are taken: keeps the states of its positions, one tensor
    /// a part that wants them, and runs the module over those of prompts and replays, whose next
    /// tokens are known.
    void follow(const StepPlan& plan, std::span<const Tensor> states);

private:
    struct Chain;

    void catchUp(std::vector<Chain>& chains);
    void extend(std::vector<Chain>& chains, int64_t depth);
    void take(const Draft& made, std::vector<Chain>& chains);
    void keepRest(MtpState& mtp, int64_t count) const;

    Backend& m_backend;
    Model& m_model;
    KvCache& m_cache;
    const bool m_on;
};

}  // namespace hearth::engine
