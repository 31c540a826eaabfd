// How a step's results reach its sequences.
#include <algorithm>

#include "engine/runtime/prompt_budget.h"
#include "engine/runtime/scheduler.h"

namespace hearth::engine {
namespace {

using SteadyClock = std::chrono::steady_clock;

double secondsSince(SteadyClock::time_point start) {
    return std::chrono::duration<double>(SteadyClock::now() - start).count();
}

}  // namespace

void Scheduler::runStep(StepPlan& plan) {
    try {
        draft(plan);
        const auto start = SteadyClock::now();
        const Tensor logits = runModel(plan);
        m_logits.resize(logits.defined() ? size_t(logits.size()) : 0);
        if (!m_logits.empty())
            m_backend.download(logits, std::as_writable_bytes(std::span(m_logits)));
        m_timing.record(plan.shape, secondsSince(start));
        consumeLogits(plan, m_logits);
    } catch (const core::Exception& e) {
        for (const PlannedPart& part : plan.parts)
            finish(*part.sequence, FinishReason::Failed, e.error());
    }
}

void Scheduler::draft(StepPlan& plan) {
    const auto start = SteadyClock::now();
    const MtpDrafter::Made made = m_mtp.draft(plan);
    if (made.drafts > 0)
        m_timing.recordDrafts(double(made.drafts) / double(made.passes),
                              secondsSince(start) / double(made.passes));
}

Tensor Scheduler::runModel(StepPlan& plan) {
    StepVector<Tensor> states(plan.parts.size());
    StepVector<StepSequence> parts;
    for (size_t i = 0; i < plan.parts.size(); ++i)
        parts.push_back(plan.parts[i].forModel(
            m_mtp.wantsStates(*plan.parts[i].sequence) ? &states[i] : nullptr));
    const Tensor logits = plan.pass ? runPass(plan, parts) : m_model.step(parts, m_pool.cache());
    m_mtp.follow(plan, states);
    return logits;
}

/// Prompt tokens whose time is over before they are through all layers wait for a later step.
Tensor Scheduler::runPass(StepPlan& plan, std::span<const StepSequence> parts) {
    const auto start = SteadyClock::now();
    PromptPass& pass = *plan.pass;
    const int64_t layers = m_model.config().num_hidden_layers, first = pass.layer;
    const int64_t decodes = plan.shape.decode_rows;
    PromptBudget budget(decodes > 0 ? m_options.max_step : std::chrono::milliseconds(0),
                        m_timing.decodeSeconds(double(decodes)), layers);
    pass.goes_on = [&](int64_t layer) { return budget.goesOn(layer, secondsSince(start)); };
    const Tensor logits = m_model.stepWith(parts, m_pool.cache(), pass);
    pass.goes_on = nullptr;
    plan.shape.prefill_part = double(pass.layer - first) / double(layers);
    for (PlannedPart& part : plan.parts) {
        if (!part.prefill())
            continue;
        part.waits = pass.layer < layers;
        part.sequence->pass = part.waits ? plan.pass : nullptr;
        part.sequence->pass_tokens = part.count;
    }
    return logits;
}

void Scheduler::consumeLogits(StepPlan& plan, std::span<const float> logits) {
    const size_t vocab = size_t(m_model.config().vocab_size);
    StepVector<StepCounts> counts;
    for (const PlannedPart& part : plan.parts) {
        if (part.waits) {
            counts.emplace_back();
            continue;
        }
        const size_t size = size_t(part.logits_rows) * vocab;
        counts.push_back(consumePart(part, logits.first(size)));
        logits = logits.subspan(size);
    }
    std::lock_guard lock(m_mutex);
    ++m_stats.steps;
    for (size_t i = 0; i < counts.size(); ++i) {
        const StepCounts& c = counts[i];
        m_waiting.charge(*plan.parts[i].sequence, c.prompt, c.generated);
        m_stats.prompt_tokens += c.prompt;
        m_stats.generated_tokens += c.generated;
        countDrafts(plan.parts[i], c.accepted);
    }
}

/// REQUIRES: the mutex is held.
void Scheduler::countDrafts(const PlannedPart& part, int64_t accepted) {
    const auto drafted = int64_t(part.drafted.size());
    m_stats.drafted_tokens += drafted;
    m_stats.accepted_tokens += accepted;
    if (part.mtp_drafts == 0)
        return;
    m_stats.mtp_drafted_tokens += drafted;
    m_stats.mtp_accepted_tokens += accepted;
    m_mtpPolicy.record(drafted, accepted);
}

Scheduler::StepCounts Scheduler::consumePart(const PlannedPart& part, std::span<const float> rows) {
    Sequence& s = *part.sequence;
    StepCounts counts;
    const bool prefill = part.prefill();
    const bool answers = s.cached + part.count == s.size();
    if (prefill && s.wantsPromptLogits())
        reportPrompt(s, s.cached + part.count, rows);
    s.cached += part.count;
    // A replay was charged when it ran for the first time.
    if (prefill)
        counts.prompt = std::max<int64_t>(0, s.cached - s.progress);
    if (answers)
        takeTokens(part, rows, counts);
    s.mtp.dropFrom(s.cached);
    if (!s.inPrefill())
        s.expanded.reset();
    s.progress = std::max(s.progress, s.cached);
    m_pool.publishPrefix(s);
    return counts;
}

/// rows: logits of the last prompt tokens before `end`; each tells the probability of the next one.
void Scheduler::reportPrompt(Sequence& s, int64_t end, std::span<const float> rows) {
    const size_t vocab = size_t(m_model.config().vocab_size);
    const int32_t top = std::max(0, s.request.sampling.top_logprobs);
    size_t next = size_t(end) - rows.size() / vocab + 1;
    for (; !rows.empty(); rows = rows.subspan(vocab), ++next)
        if (next < s.request.prompt.size())
            s.sink->promptToken(describeToken(rows.first(vocab), s.request.prompt[next], top));
    s.reported = end;
}

/// The target samples every token itself; a draft only saved the step that would have told what
/// comes after it. The cache's rows of refused drafts are written anew by later steps.
void Scheduler::takeTokens(const PlannedPart& part, std::span<const float> rows,
                           StepCounts& counts) {
    const size_t vocab = size_t(m_model.config().vocab_size);
    Sequence& s = *part.sequence;
    const size_t drafted = part.drafted.size();
    rows = rows.last((drafted + 1) * vocab);
    for (size_t i = 0; i <= drafted && !s.done; ++i) {
        takeToken(s, rows.subspan(i * vocab, vocab));
        ++counts.generated;
        if (i == drafted || s.tokens.back() != part.drafted[i])
            break;
        ++counts.accepted;
    }
    s.cached += counts.accepted;
    if (drafted > 0)
        (part.mtp_drafts > 0 ? s.mtp.policy : s.drafting).record(int64_t(drafted), counts.accepted);
}

void Scheduler::takeToken(Sequence& s, std::span<const float> logits) {
    const SampledToken token = s.sampler.sample(logits, s.size());
    s.tokens.push_back(token.id);
    ++s.generated;
    const auto& stops = s.request.stop_tokens;
    const bool stopped = std::find(stops.begin(), stops.end(), token.id) != stops.end();
    if (stopped)
        s.sink->stopToken(token);
    if (stopped || !s.sink->token(token))
        finish(s, FinishReason::Stop);
    else if (s.generated >= s.request.max_tokens)
        finish(s, FinishReason::Length);
}

void Scheduler::finish(Sequence& s, FinishReason reason, std::optional<core::Error> error) {
    if (s.done)
        return;
    s.done = true;
    s.sink->finished({.reason = reason,
                      .prompt_tokens = s.promptSize(),
                      .completion_tokens = s.generated,
                      .cached_tokens = s.reused,
                      .error = std::move(error)});
}

}  // namespace hearth::engine
