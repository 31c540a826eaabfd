#include "engine/runtime/step_planner.h"

#include <algorithm>
#include <tuple>

#include "engine/runtime/prompt_budget.h"

namespace hearth::engine {
namespace {

// Of so many sequences one goes on to try drafts of the MTP module that do not pay, to find out
// when they begin to.
constexpr uint64_t kScoutEvery = 16;

// Prompt tokens are so many that a step has time for some layers of them: their way through the
// layers can only be cut between two.
constexpr double kLayersOfAStep = 4.0;
constexpr double kFirstTokens = 64.0;  // before any were timed
constexpr double kLeastTokens = 16.0;

bool isScout(const Sequence& s) {
    return s.id % kScoutEvery == 0;
}

/// Chunks end with a page where that cuts little off: there the sequence may go on with pages that
/// another one has made meanwhile.
int64_t chunkLength(const Sequence& s, int64_t room) {
    const int64_t all = s.pending();
    if (all <= room)
        return all;
    const int64_t beyondPage = (s.cached + room) % KvCache::kPageTokens;
    return beyondPage * 8 <= room ? room - beyondPage : room;
}

DraftCost ngramCost(DraftCost cost) {
    cost.per_draft = 0.0;
    return cost;
}

/// Rows whose logits somebody reads: of prompt tokens to report, and of the last token, unless
/// what follows it is known, as it is in a replay.
int64_t logitsRows(const Sequence& s, int64_t count) {
    const int64_t end = s.cached + count;
    if (s.inPrefill() && s.wantsPromptLogits())
        return std::max<int64_t>(0, end - std::max(s.cached, s.reported));
    return end == s.size() ? 1 : 0;
}

}  // namespace

void PlannedPart::tryDrafts() {
    logits_rows = 1 + int64_t(drafted.size());
    with_drafts = {sequence->tokens.back()};
    with_drafts.insert(with_drafts.end(), drafted.begin(), drafted.end());
}

StepSequence PlannedPart::forModel(Tensor* hidden) const {
    const Sequence& s = *sequence;
    const auto own = std::span(s.tokens).subspan(size_t(s.cached), size_t(count));
    return {.tokens = drafted.empty() ? own : std::span(with_drafts),
            .start = s.cached,
            .pages = s.pages,
            .prefill = s.inPrefill(),
            .logits_rows = logits_rows,
            .long_context = s.long_context,
            .adapter = s.request.adapter.get(),
            .kept = s.expanded.get(),
            .hidden = hidden};
}

StepPlan StepPlanner::plan() {
    StepPlan plan{.parts = wanted(), .shape = {}};
    takePages(plan.parts);
    plan.pass = passOf(plan.parts);
    const DraftCost cost = costOfDrafts(plan);
    for (PlannedPart& part : plan.parts) {
        part.logits_rows = logitsRows(*part.sequence, part.count);
        if (!part.sequence->inDecode()) {
            plan.shape.prefill_rows += part.count;
            if (!part.sequence->pass)
                keepKeys(part);
            continue;
        }
        draft(part, cost);
        plan.shape.decode_rows += 1 + int64_t(part.drafted.size()) + part.mtp_drafts;
    }
    return plan;
}

StepVector<PlannedPart> StepPlanner::wanted() {
    StepVector<PlannedPart> parts;
    StepVector<Sequence*> behind;
    for (const auto& s : m_active.sequences()) {
        if (s->inPrefill() && !s->pass)
            m_pool.adoptPrefix(*s);
        if (s->inDecode())
            parts.push_back({.sequence = s.get(), .count = 1});
        else
            behind.push_back(s.get());
    }
    std::ranges::sort(behind, {}, [this](const Sequence* s) {
        return std::tuple(s->request.priority, m_queue.counter(*s), s->id);
    });
    addBehind(behind, parts);
    return parts;
}

/// Prompt tokens that are on their way go on together, when it is the turn of one of them.
void StepPlanner::addBehind(const StepVector<Sequence*>& behind,
                            StepVector<PlannedPart>& parts) const {
    const auto decodes = int64_t(parts.size());
    if (!behind.empty() && behind.front()->pass) {
        for (Sequence* s : behind)
            if (s->pass == behind.front()->pass)
                parts.push_back({.sequence = s, .count = s->pass_tokens});
        return;
    }
    const int64_t replays = roomFor(decodes, 1.0);
    const int64_t prompts =
        roomFor(decodes, std::max(1.0, double(m_limits.layers) / kLayersOfAStep));
    int64_t taken = 0;
    for (Sequence* s : behind) {
        const int64_t room = (s->inPrefill() ? prompts : replays) - taken;
        if (s->pass || room <= 0)
            continue;
        parts.push_back({.sequence = s, .count = chunkLength(*s, room)});
        taken += parts.back().count;
    }
}

/// How many tokens get through all layers in so many steps. Nobody is kept waiting by a step that
/// decodes nothing.
int64_t StepPlanner::roomFor(int64_t decodes, double steps) const {
    if (decodes == 0 || m_limits.max_step.count() == 0)
        return m_limits.prefill_chunk;
    const double token = m_timing.promptTokenSeconds();
    const double seconds =
        promptSeconds(m_limits.max_step, m_timing.decodeSeconds(double(decodes)));
    const double tokens = token > 0.0 ? seconds * steps / token : kFirstTokens;
    return std::min(m_limits.prefill_chunk, int64_t(std::clamp(tokens, kLeastTokens, 1e9)));
}

/// In order of rank, so that nobody loses pages who has got them for this step.
void StepPlanner::takePages(StepVector<PlannedPart>& parts) {
    std::ranges::sort(parts, [](const PlannedPart& a, const PlannedPart& b) {
        return a.sequence->outranks(*b.sequence);
    });
    StepVector<const Sequence*> left;
    for (const PlannedPart& part : parts) {
        const auto& all = m_active.sequences();
        const bool active =
            std::ranges::any_of(all, [&](const auto& s) { return s.get() == part.sequence; });
        if (active && m_active.reserve(*part.sequence, part.sequence->cached + part.count))
            left.push_back(part.sequence);
    }
    // Those who stood back are in the queue; one of higher rank that is not in this step, too.
    std::erase_if(parts, [&](const PlannedPart& part) {
        return std::ranges::find(left, part.sequence) == left.end();
    });
}

/// A pass that lost a sequence, as for want of pages, begins anew with those that are left.
std::shared_ptr<PromptPass> StepPlanner::passOf(StepVector<PlannedPart>& parts) const {
    std::shared_ptr<PromptPass> pass;
    int64_t tokens = 0, others = 0;
    for (const PlannedPart& part : parts) {
        (part.prefill() ? tokens : others) += part.count;
        if (part.sequence->pass)
            pass = part.sequence->pass;
    }
    if (pass && pass->hidden.dim(0) == tokens)
        return pass;
    for (const PlannedPart& part : parts)
        part.sequence->pass.reset();
    const bool timed = others > 0 && m_limits.max_step.count() > 0;
    return tokens > 0 && timed ? std::make_shared<PromptPass>() : nullptr;
}

/// Only for prompts that go on in the next step, in as many layers as there is room for.
void StepPlanner::keepKeys(const PlannedPart& part) {
    Sequence& s = *part.sequence;
    if (m_limits.kept_token_bytes == 0 || s.expanded || !s.inPrefill() ||
        s.cached + part.count == s.promptSize())
        return;
    int64_t room = m_limits.kept_bytes / m_limits.kept_token_bytes;  // layers of a token
    for (const auto& other : m_active.sequences())
        if (other->expanded)
            room -= other->expanded->capacity * int64_t(other->expanded->layers.size());
    const int64_t layers = std::min(m_limits.layers, room / s.promptSize());
    if (layers <= 0)
        return;
    s.expanded = std::make_unique<ExpandedKeys>();
    s.expanded->capacity = s.promptSize();
    s.expanded->layers.resize(size_t(layers));
}

/// Drafts take only pages that nobody else wants now.
void StepPlanner::draft(PlannedPart& part, const DraftCost& cost) {
    if (m_limits.speculation == Speculation::Off)
        return;
    Sequence& s = *part.sequence;
    std::vector<int32_t> found =
        s.ngrams.draft(s.tokens, std::min(DraftPolicy::kMaxDrafts, s.tokensLeft() - 1));
    reviewMtp(s, cost);
    const int64_t ngrams = int64_t(found.size()), mtp = mostMtpDrafts(s);
    const bool byMtp = prefersMtp(s, ngrams, mtp, cost);
    const int64_t count =
        byMtp ? mtpLength(s, cost, mtp) : draftLength(s.drafting, ngramCost(cost), ngrams);
    if (count == 0 || !m_pool.reserve(s, s.size() + count))
        return;
    if (byMtp) {
        part.mtp_drafts = count;
        return;
    }
    found.resize(size_t(count));
    part.drafted = std::move(found);
    part.tryDrafts();
}

/// None while the module waits for the states of the sequence's last step, as after a replay, and
/// when it does not follow the sequence.
int64_t StepPlanner::mostMtpDrafts(const Sequence& s) const {
    return s.mtp.behind() == 0 ? 0 : std::min(m_limits.mtp_drafts, s.tokensLeft() - 1);
}

/// Where the module does not pay it stops to follow the sequence. It does not go by a few unlucky
/// drafts: a sequence that has tried some is reviewed now and then.
void StepPlanner::reviewMtp(Sequence& s, const DraftCost& cost) const {
    if (m_limits.speculation == Speculation::Always || s.mtp.behind() == 0 || isScout(s) ||
        s.mtp.policy.best(cost, m_limits.mtp_drafts).count > 0)
        return;
    if (!s.mtp.tried || s.mtp.overdue() || s.mtp.policy.probe())
        s.mtp.stop();
}

int64_t StepPlanner::mtpLength(Sequence& s, const DraftCost& cost, int64_t most) const {
    if (most <= 0 || m_limits.speculation == Speculation::Always)
        return std::max<int64_t>(0, most);
    int64_t count = s.mtp.policy.best(cost, most).count;
    if (s.mtp.policy.probe() || (isScout(s) && !s.mtp.tried))
        count = std::min(most, count + 1);
    s.mtp.tried |= count > 0;
    return count;
}

/// A pass of the MTP module is shared by the sequences that it follows.
DraftCost StepPlanner::costOfDrafts(const StepPlan& plan) const {
    double decodes = 0.0, followed = 0.0;
    for (const PlannedPart& part : plan.parts) {
        decodes += part.sequence->inDecode() ? 1.0 : 0.0;
        followed += part.sequence->inDecode() && part.sequence->mtp.followed ? 1.0 : 0.0;
    }
    decodes = std::max(1.0, decodes);
    followed = std::max(1.0, followed);
    DraftCost cost{.sequences = decodes,
                   .per_row = DraftCost().per_row / decodes,
                   .per_draft = m_limits.mtp_cost / followed};
    const double step = m_timing.decodeSeconds(decodes), pass = m_timing.draftSeconds(followed);
    if (step > 0.0)
        cost.per_row = m_timing.secondsPerRow() / step;
    if (step > 0.0 && pass > 0.0)
        cost.per_draft = pass / followed / step;
    return cost;
}

/// Text that was there before costs nothing to draft, so it is taken where both promise as much.
bool StepPlanner::prefersMtp(const Sequence& s, int64_t ngrams, int64_t mtp,
                             const DraftCost& cost) const {
    if (ngrams == 0 || mtp == 0 || m_limits.speculation == Speculation::Always)
        return ngrams == 0;
    return s.mtp.policy.best(cost, mtp).rate > s.drafting.best(ngramCost(cost), ngrams).rate;
}

int64_t StepPlanner::draftLength(DraftPolicy& policy, const DraftCost& cost, int64_t most) const {
    if (most <= 0 || m_limits.speculation == Speculation::Always)
        return std::max<int64_t>(0, most);
    return std::min(most, policy.best(cost, most).count + (policy.probe() ? 1 : 0));
}

}  // namespace hearth::engine
