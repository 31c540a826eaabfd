// Answers of the policy as it is, and what they are worth.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/formats/chat_format.h"
#include "finetune/data/prompt_dataset.h"
#include "finetune/jobs/job_context.h"
#include "finetune/rl/grader.h"
#include "finetune/rl/rollout.h"
#include "finetune/rl/served_policy.h"

namespace hearth::finetune {

/// A prompt's answers.
struct AnswerGroup {
    int32_t prompt = 0;
    std::vector<Rollout> rollouts;
    std::vector<double> rewards;

    bool allAlike() const;
};

class AnswerSampler {
public:
    /// All arguments outlive the sampler. dataset: the job's inputs, tokenised.
    AnswerSampler(const JobContext& context, const engine::ChatFormat& format,
                  TrainableModel& model, const TokenizedDataset& dataset);

    /// Reads the grader and the inputs' lines. Errors: InvalidArgument, Unsupported naming the
    /// grader's field; of reading.
    core::Status load();

    /// Samples a group for each prompt with the weights as they are, and grades it. Where a group's
    /// rewards are all alike it teaches nothing: DAPO has it answer again, some times. An answer
    /// depends on the weights, the seed, its prompt and `batch`. Errors: Cancelled; of rollOut.
    core::Result<std::vector<AnswerGroup>> sample(const std::vector<int32_t>& prompts,
                                                  int64_t batch);

    /// Mean reward of the likeliest answers to other prompts.
    core::Result<double> greedyReward(const std::vector<PromptExample>& prompts);

private:
    core::Status sampleOnce(const std::vector<AnswerGroup*>& groups, int64_t batch,
                            int64_t attempt);
    core::Status grade(const std::vector<AnswerGroup*>& groups) const;
    std::string textOf(const Rollout& rollout) const;
    core::Result<std::shared_ptr<Judge>> findJudge(const std::string& name);
    uint64_t seedOf(int64_t batch, int32_t prompt, int64_t attempt, int64_t answer) const;

    const JobContext& m_context;
    const PolicySettings& m_settings;
    const engine::ChatFormat& m_format;
    const TokenizedDataset& m_dataset;
    ServedPolicy m_policy;
    std::map<std::string, std::shared_ptr<Judge>> m_judges;
    std::unique_ptr<Grader> m_grader;
    std::vector<PromptExample> m_prompts;
};

}  // namespace hearth::finetune
