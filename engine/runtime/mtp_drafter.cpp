#include "engine/runtime/mtp_drafter.h"

#include <algorithm>

#include "engine/ops/ops.h"

namespace hearth::engine {
namespace {

/// The module's rows from position `start` on, one for each of the tokens that come next.
StepSequence rowsOf(const Sequence& s, int64_t start, std::span<const int32_t> next, bool prefill,
                    bool wanted) {
    return {.tokens = next,
            .start = start,
            .pages = s.pages,
            .prefill = prefill,
            .logits_rows = wanted ? 1 : 0,
            .long_context = s.long_context,
            .adapter = s.request.adapter.get()};
}

std::span<const int32_t> tokensFrom(const Sequence& s, int64_t begin, int64_t count) {
    return std::span(s.tokens).subspan(size_t(begin), size_t(count));
}

}  // namespace

/// A part of the plan, and the module's own state after its last draft.
struct MtpDrafter::Chain {
    PlannedPart* part = nullptr;
    Tensor hidden;

    Sequence& sequence() const { return *part->sequence; }
    int64_t wanted() const { return part->mtp_drafts; }
};

MtpDrafter::Made MtpDrafter::draft(StepPlan& plan) {
    if (!m_on)
        return {};
    std::vector<Chain> chains;
    Made made;
    int64_t deepest = 1;
    for (PlannedPart& part : plan.parts) {
        const bool overdue = part.sequence->inDecode() && part.sequence->mtp.overdue();
        if (part.mtp_drafts > 0 || overdue)
            chains.push_back({&part, {}});
        made.drafts += part.mtp_drafts;
        deepest = std::max(deepest, part.mtp_drafts);
    }
    if (chains.empty())
        return made;
    made.passes = deepest;
    catchUp(chains);
    for (int64_t depth = 1; depth < deepest; ++depth)
        extend(chains, depth);
    for (PlannedPart& part : plan.parts)
        if (part.mtp_drafts > 0)
            part.tryDrafts();
    return made;
}

/// Runs what the sequences are behind; the last row drafts the token after the last known one.
void MtpDrafter::catchUp(std::vector<Chain>& chains) {
    std::vector<DraftSequence> batch;
    for (const Chain& chain : chains) {
        const Sequence& s = chain.sequence();
        const int64_t behind = s.mtp.behind();
        CORE_ASSERT(s.mtp.rows + behind + 1 == s.size());
        batch.push_back({.next = rowsOf(s, s.mtp.rows, tokensFrom(s, s.mtp.rows + 1, behind), false,
                                        chain.wanted() > 0),
                         .hidden = s.mtp.states});
    }
    const Draft made = m_model.draft(batch, m_cache);
    for (const Chain& chain : chains)
        chain.sequence().mtp.startAt(chain.sequence().size() - 1);
    std::erase_if(chains, [](const Chain& chain) { return chain.wanted() == 0; });
    take(made, chains);
}

/// Drafts one more token from the last guess, whose state the module stands in for. The rows are
/// written anew when the real states are there.
void MtpDrafter::extend(std::vector<Chain>& chains, int64_t depth) {
    std::erase_if(chains, [depth](const Chain& chain) { return chain.wanted() <= depth; });
    std::vector<DraftSequence> batch;
    for (const Chain& chain : chains) {
        const Sequence& s = chain.sequence();
        const auto guess = std::span(chain.part->drafted).last(1);
        batch.push_back({.next = rowsOf(s, s.size() + depth - 2, guess, false, true),
                         .hidden = std::span(&chain.hidden, 1)});
    }
    take(m_model.draft(batch, m_cache), chains);
}

/// Draws each draft as the sequence's sampler would: with the random number of that position, the
/// target draws the same token wherever the two distributions agree.
void MtpDrafter::take(const Draft& made, std::vector<Chain>& chains) {
    if (chains.empty())
        return;
    const std::vector<float> logits = downloadFloats(m_backend, made.logits);
    const size_t vocab = logits.size() / chains.size();
    for (size_t i = 0; i < chains.size(); ++i) {
        Sequence& s = chains[i].sequence();
        std::vector<int32_t>& drafted = chains[i].part->drafted;
        const auto row = std::span(logits).subspan(i * vocab, vocab);
        drafted.push_back(s.sampler.guess(row, s.size() + int64_t(drafted.size())));
        chains[i].hidden = made.hidden.rows(int64_t(i), int64_t(i) + 1);
    }
}

void MtpDrafter::follow(const StepPlan& plan, std::span<const Tensor> states) {
    std::vector<DraftSequence> batch;
    std::vector<Sequence*> followed;
    for (size_t i = 0; i < plan.parts.size(); ++i) {
        Sequence& s = *plan.parts[i].sequence;
        if (!wantsStates(s) || plan.parts[i].waits)
            continue;
        s.mtp.states.push_back(states[i]);
        const int64_t known = std::min(s.cached + plan.parts[i].count, s.size() - 1) - s.mtp.rows;
        if (s.inDecode() || known <= 0)
            continue;
        CORE_ASSERT(s.mtp.states.size() == 1);
        batch.push_back({.next = rowsOf(s, s.mtp.rows, tokensFrom(s, s.mtp.rows + 1, known),
                                        s.inPrefill(), false)});
        followed.push_back(&s);
    }
    if (batch.empty())
        return;
    std::vector<Tensor> run;
    for (size_t i = 0; i < batch.size(); ++i)
        run.push_back(
            followed[i]->mtp.states.front().rows(0, int64_t(batch[i].next.tokens.size())));
    for (size_t i = 0; i < batch.size(); ++i)
        batch[i].hidden = std::span(run).subspan(i, 1);
    m_model.draft(batch, m_cache);
    for (size_t i = 0; i < batch.size(); ++i)
        keepRest(followed[i]->mtp, run[i].dim(0));
}

/// Of the first `count` states, which were run, nothing stays in memory.
void MtpDrafter::keepRest(MtpState& mtp, int64_t count) const {
    const Tensor all = mtp.states.front();
    mtp.startAt(mtp.rows + count);
    if (all.dim(0) == count)
        return;
    const Tensor rest = all.rows(count, all.dim(0));
    mtp.states.push_back(allocate(m_backend, rest.dtype(), {rest.dim(0), rest.dim(1)}));
    ops::copy(m_backend, {.x = rest, .out = mtp.states.back()});
}

}  // namespace hearth::engine
