// Chooses what the next step runs.
#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "engine/models/model.h"
#include "engine/runtime/active_set.h"
#include "engine/runtime/step_timing.h"
#include "engine/step_memory.h"

namespace hearth::engine {

/// One sequence's part of a step.
struct PlannedPart {
    Sequence* sequence = nullptr;
    int64_t count = 0;             // of the sequence's tokens, from `cached` on
    int64_t mtp_drafts = 0;        // that the MTP module shall make
    std::vector<int32_t> drafted;  // tokens to try after them
    int64_t logits_rows = 0;
    std::vector<int32_t> with_drafts;  // what is run when something is drafted

    bool waits = false;  // prompt tokens that are not through all layers yet

    bool prefill() const { return sequence->inPrefill(); }
    /// To be called when `drafted` is filled in.
    void tryDrafts();
    /// For the model. Refers to this part and to the sequence. hidden: StepSequence::hidden.
    StepSequence forModel(Tensor* hidden = nullptr) const;
};

struct StepPlan {
    StepVector<PlannedPart> parts;
    StepShape shape;
    /// Of the parts with prefill; null: they go through all layers at once.
    std::shared_ptr<PromptPass> pass;
};

struct PlanLimits {
    int64_t prefill_chunk = 256;
    std::chrono::milliseconds max_step{0};
    int64_t layers = 1;
    /// For prompts that take several steps (ExpandedKeys): bytes of a token in a layer, 0 where the
    /// model expands none, and bytes of all sequences.
    int64_t kept_token_bytes = 0;
    int64_t kept_bytes = 0;
    Speculation speculation = Speculation::Measured;
    int64_t mtp_drafts = 0;  // a step's most drafts of the MTP module for a sequence; 0: none
    double mtp_cost = 0.0;   // of its pass, in units of a step, before it was measured
};

/// Every sequence that decodes gets its token. Beside them prompts and replayed answers are run,
/// as many tokens as the limits allow, those first whose principals were served least. Prompt
/// tokens beside decodes pass as many layers a step as its time allows: many at once read the
/// weights less often than a few in each step would.
class StepPlanner {
public:
    StepPlanner(const PlanLimits& limits, PagePool& pool, ActiveSet& active, const FairQueue& queue,
                const StepTiming& timing)
        : m_limits(limits), m_pool(pool), m_active(active), m_queue(queue), m_timing(timing) {}

    /// May send sequences back into the queue for want of memory.
    StepPlan plan();

private:
    StepVector<PlannedPart> wanted();
    void addBehind(const StepVector<Sequence*>& behind, StepVector<PlannedPart>& parts) const;
    int64_t roomFor(int64_t decodes, double steps) const;
    void takePages(StepVector<PlannedPart>& parts);
    std::shared_ptr<PromptPass> passOf(StepVector<PlannedPart>& parts) const;
    void keepKeys(const PlannedPart& part);
    void draft(PlannedPart& part, const DraftCost& cost);
    DraftCost costOfDrafts(const StepPlan& plan) const;
    bool prefersMtp(const Sequence& s, int64_t ngrams, int64_t mtp, const DraftCost& cost) const;
    int64_t draftLength(DraftPolicy& policy, const DraftCost& cost, int64_t most) const;
    int64_t mostMtpDrafts(const Sequence& s) const;
    void reviewMtp(Sequence& s, const DraftCost& cost) const;
    int64_t mtpLength(Sequence& s, const DraftCost& cost, int64_t most) const;

    const PlanLimits m_limits;
    PagePool& m_pool;
    ActiveSet& m_active;
    const FairQueue& m_queue;
    const StepTiming& m_timing;
};

}  // namespace hearth::engine
