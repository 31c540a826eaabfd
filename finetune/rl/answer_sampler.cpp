#include "finetune/rl/answer_sampler.h"

#include <algorithm>
#include <numeric>

#include "core/json.h"
#include "engine/runtime/random.h"
#include "finetune/eval/greedy_generator.h"
#include "finetune/jobs/job_files.h"
#include "finetune/rl/served_judge.h"

namespace hearth::finetune {

namespace {

// Of a group whose rewards are all alike, under DAPO.
constexpr int64_t kAttempts = 3;

}  // namespace

bool AnswerGroup::allAlike() const {
    return std::ranges::adjacent_find(rewards, std::not_equal_to<>()) == rewards.end();
}

AnswerSampler::AnswerSampler(const JobContext& context, const engine::ChatFormat& format,
                             TrainableModel& model, const TokenizedDataset& dataset)
    : m_context(context),
      m_settings(context.spec.hyperparameters.policy),
      m_format(format),
      m_dataset(dataset),
      m_policy(context.spec.model_directory, model, int(context.spec.hyperparameters.threads)) {}

core::Status AnswerSampler::load() {
    if (m_settings.grader.empty())
        return core::Error{core::ErrorCode::InvalidArgument,
                           "hyperparameters.policy.grader is required for method grpo",
                           {}};
    CORE_ASSIGN(const nlohmann::json grader, core::parseJson(m_settings.grader, "grader"));
    auto parsed = parseGrader(grader, [this](const std::string& name) { return findJudge(name); });
    if (!parsed)
        return core::Error{parsed.error().code, parsed.error().message,
                           "hyperparameters.policy.grader." + parsed.error().context};
    m_grader = std::move(parsed).value();
    for (const DatasetRef& input : m_context.spec.inputs) {
        CORE_ASSIGN(const std::string text, readDataset(input, m_context.keys));
        CORE_ASSIGN(auto prompts, readPromptDataset(text, input.path));
        std::ranges::move(prompts, std::back_inserter(m_prompts));
    }
    CORE_ASSERT(m_prompts.size() == m_dataset.examples.size());
    return {};
}

core::Result<std::vector<AnswerGroup>> AnswerSampler::sample(const std::vector<int32_t>& prompts,
                                                             int64_t batch) {
    CORE_TRY(m_policy.update());
    std::vector<AnswerGroup> groups;
    for (const int32_t prompt : prompts)
        groups.push_back({.prompt = prompt, .rollouts = {}, .rewards = {}});
    const int64_t attempts = m_settings.loss == PolicyLossKind::Dapo ? kAttempts : 1;
    for (int64_t attempt = 0; attempt < attempts; ++attempt) {
        std::vector<AnswerGroup*> asked;
        for (AnswerGroup& group : groups)
            if (attempt == 0 || group.allAlike())
                asked.push_back(&group);
        if (!asked.empty())
            CORE_TRY(sampleOnce(asked, batch, attempt));
    }
    return groups;
}

core::Status AnswerSampler::sampleOnce(const std::vector<AnswerGroup*>& groups, int64_t batch,
                                       int64_t attempt) {
    std::vector<RolloutRequest> requests;
    for (const AnswerGroup* group : groups)
        for (int64_t i = 0; i < m_settings.group_size; ++i)
            requests.push_back({m_dataset.examples[size_t(group->prompt)].ids,
                                seedOf(batch, group->prompt, attempt, i)});
    const RolloutOptions options{.max_tokens = m_settings.max_completion_tokens,
                                 .stop_tokens = stopTokens(m_policy.model(), m_format.tokenizer()),
                                 .before_step = [this] { m_context.waitForTurn(); }};
    CORE_ASSIGN(auto rollouts,
                rollOut(m_policy.backend(), m_policy.model(), m_policy.adapter().get(), requests,
                        options, m_context.cancel));
    auto next = rollouts.begin();
    for (AnswerGroup* group : groups) {
        group->rollouts.assign(std::make_move_iterator(next),
                               std::make_move_iterator(next + m_settings.group_size));
        next += m_settings.group_size;
    }
    return grade(groups);
}

/// All answers at once, since a model may judge several in one step.
core::Status AnswerSampler::grade(const std::vector<AnswerGroup*>& groups) const {
    std::vector<std::string> texts;
    for (const AnswerGroup* group : groups)
        for (const Rollout& rollout : group->rollouts)
            texts.push_back(textOf(rollout));
    std::vector<AnswerToGrade> answers;
    for (const AnswerGroup* group : groups)
        for (size_t i = 0; i < group->rollouts.size(); ++i)
            answers.push_back({texts[answers.size()], &m_prompts[size_t(group->prompt)].item});
    CORE_ASSIGN(const auto rewards, m_grader->grade(answers));
    auto next = rewards.begin();
    for (AnswerGroup* group : groups) {
        const auto end = next + int64_t(group->rollouts.size());
        group->rewards.assign(next, end);
        next = end;
    }
    return {};
}

uint64_t AnswerSampler::seedOf(int64_t batch, int32_t prompt, int64_t attempt,
                               int64_t answer) const {
    uint64_t seed = m_context.spec.hyperparameters.seed;
    for (const int64_t part : {batch, int64_t(prompt), attempt, answer})
        seed = engine::mixBits(seed ^ engine::mixBits(uint64_t(part)));
    return seed;
}

std::string AnswerSampler::textOf(const Rollout& rollout) const {
    std::vector<int32_t> ids = rollout.tokens;
    if (!rollout.truncated)
        ids.pop_back();  // the end token
    return m_format.tokenizer().decode(ids);
}

core::Result<std::shared_ptr<Judge>> AnswerSampler::findJudge(const std::string& name) {
    if (const auto known = m_judges.find(name); known != m_judges.end())
        return known->second;
    CORE_ASSIGN(auto judge, hearth::finetune::findJudge(m_context, name));
    return m_judges.emplace(name, std::move(judge)).first->second;
}

core::Result<double> AnswerSampler::greedyReward(const std::vector<PromptExample>& prompts) {
    CORE_ASSIGN(const auto tokenized,
                tokenizePrompts(m_format, prompts,
                                {.max_seq_len = m_context.spec.hyperparameters.max_seq_len}));
    CORE_TRY(m_policy.update());
    std::vector<std::vector<int32_t>> ids;
    for (const TokenizedExample& example : tokenized.examples)
        ids.push_back(example.ids);
    const GreedyOptions options{.max_new_tokens = m_settings.max_completion_tokens,
                                .stop_tokens = stopTokens(m_policy.model(), m_format.tokenizer())};
    CORE_ASSIGN(const auto answers,
                generateGreedy(m_policy.backend(), m_policy.model(), m_policy.adapter(), ids,
                               options, m_context.cancel));
    std::vector<std::string> texts;
    for (const auto& answer : answers)
        texts.push_back(m_format.tokenizer().decode(answer));
    std::vector<AnswerToGrade> graded;
    for (size_t i = 0; i < texts.size(); ++i)
        graded.push_back({texts[i], &prompts[i].item});
    CORE_ASSIGN(const auto rewards, m_grader->grade(graded));
    return std::accumulate(rewards.begin(), rewards.end(), 0.0) / double(rewards.size());
}

}  // namespace hearth::finetune
