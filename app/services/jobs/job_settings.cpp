#include "app/services/jobs/job_settings.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/json.h"
#include "finetune/jobs/stopping_rule.h"

namespace hearth::app {
namespace {

using finetune::Hyperparameters;
using nlohmann::json;

// How often "auto" passes over the data: so many examples in all, within these numbers of epochs,
// for small sets need to be seen often. Preferences and rewards move a model that answers well
// already: fewer passes, at a tenth of the learning rate. Documents teach less with each pass than
// answers do, and more of what was known before is forgotten.
struct AutoPasses {
    int64_t examples;
    int64_t leastEpochs;
    int64_t mostEpochs;
    double learningRateShare;
};

AutoPasses autoPasses(JobMethod method) {
    switch (method) {
        case JobMethod::Dpo:
            return {8000, 1, 5, 0.1};
        case JobMethod::Reinforcement:
            return {1000, 1, 20, 0.1};
        case JobMethod::Pretraining:
            return {8000, 1, 3, 0.5};
        case JobMethod::Distillation:
        case JobMethod::Supervised:
            break;
    }
    return {8000, 3, 20, 1.0};
}

// Every weight moves at once, where an adapter's two factors have to grow first: rates for whole
// models are about a tenth of LoRA's.
constexpr double kFullLearningRateShare = 0.1;
// At least about so many steps an epoch, each of so many tokens.
constexpr int64_t kAutoStepsPerEpoch = 20;
constexpr int64_t kAutoMinBatchTokens = 256;
constexpr int64_t kAutoMaxBatchTokens = 4096;
// The learning rate that suits LoRA falls with the model's width: 5e-3 at a hidden size of 256,
// 3e-4 at 4096.
constexpr double kLearningRateTimesHidden = 1.28;
constexpr double kMinLearningRate = 2e-4;
constexpr double kMaxLearningRate = 5e-3;
// Bytes of chat JSONL a token stands for: of the whole file, and at the least of one line.
constexpr int64_t kBytesPerToken = 4;
constexpr int64_t kLeastBytesPerToken = 2;
constexpr int64_t kTemplateTokens = 64;        // what a chat template may add
constexpr int64_t kAutoDocumentTokens = 1024;  // of a part of a document, which is cut into parts
// Of reinforcement: prompts of a step, and answers to each of them.
constexpr int64_t kAutoPrompts = 4;
constexpr double kAutoAnswers = 8.0;
constexpr int64_t kMinAnswers = 2;
// Of distillation: answers to a prompt, and examples of a batch.
constexpr int64_t kAutoSamples = 4;
constexpr int64_t kAutoLessons = 4;
constexpr int64_t kMaxAnswers = 64;

core::Error invalid(const std::string& field, const std::string& message) {
    return {core::ErrorCode::InvalidArgument, message, field};
}

/// What `hearth` says goes over what was derived; the specification's own reader checks it.
core::Result<Hyperparameters> withOwnSettings(const Hyperparameters& derived,
                                              const JobRequest& request) {
    finetune::JobSpec spec;
    spec.method = "sft";
    spec.model_directory = "/";
    spec.output_directory = "/";
    spec.inputs = {{.path = "/"}};
    spec.hyperparameters = derived;
    json text = json::parse(finetune::writeJobSpec(spec));
    text["hyperparameters"].update(json::parse(request.hearth), true);
    auto parsed = finetune::parseJobSpec(core::dumpJson(text));
    if (!parsed)
        return invalid("hearth", parsed.error().message);
    // The only set of a request that is measured at intervals.
    if (request.validationFile)
        parsed->evaluations = {{.at_intervals = true}};
    if (const auto status = finetune::checkStopping(*parsed); !status)
        return invalid("hearth", request.validationFile
                                     ? status.error().message
                                     : "early stopping and keeping the best step need a "
                                       "validation_file");
    return parsed->hyperparameters;
}

int64_t longestExample(const JobFacts& facts) {
    return std::min(facts.contextLength,
                    facts.longestLineBytes / kLeastBytesPerToken + kTemplateTokens);
}

void setPasses(Hyperparameters& h, const JobRequest& request, const JobFacts& facts) {
    const int64_t examples = std::max<int64_t>(1, facts.examples);
    const AutoPasses passes = autoPasses(request.method);
    h.epochs = double(request.epochs.value_or(
        std::clamp(passes.examples / examples, passes.leastEpochs, passes.mostEpochs)));
    h.learning_rate = std::clamp(kLearningRateTimesHidden / double(facts.hiddenSize),
                                 kMinLearningRate, kMaxLearningRate) *
                      passes.learningRateShare * (request.full ? kFullLearningRateShare : 1.0) *
                      request.learningRateMultiplier.value_or(1.0);
}

/// Batches of examples; a pair holds its prompt twice.
void setBatches(Hyperparameters& h, const JobRequest& request, const JobFacts& facts) {
    h.max_seq_len = longestExample(facts);
    if (request.method == JobMethod::Pretraining)
        h.max_seq_len = std::min(h.max_seq_len, kAutoDocumentTokens);
    const int64_t tokens = facts.bytes / kBytesPerToken;
    const int64_t examples = std::max<int64_t>(1, facts.examples);
    const int64_t batch = request.batchSize ? *request.batchSize * (tokens / examples + 1)
                                            : std::clamp(tokens / kAutoStepsPerEpoch,
                                                         kAutoMinBatchTokens, kAutoMaxBatchTokens);
    h.batch_tokens = std::max((request.method == JobMethod::Dpo ? 2 : 1) * h.max_seq_len, batch);
}

/// One pass holds the answers to the longest prompt; a step is as many passes as prompts.
core::Status setRollouts(Hyperparameters& h, const JobRequest& request, const JobFacts& facts) {
    const double answers = kAutoAnswers * request.computeMultiplier.value_or(1.0);
    h.policy.grader = request.grader;
    h.policy.group_size = std::clamp(int64_t(std::llround(answers)), kMinAnswers, kMaxAnswers);
    h.policy.max_completion_tokens =
        std::clamp<int64_t>(facts.contextLength / 2, 1, h.policy.max_completion_tokens);
    CORE_ASSIGN(const Hyperparameters own, withOwnSettings(h, request));
    const int64_t completion = own.policy.max_completion_tokens;
    if (completion >= facts.contextLength)
        return invalid("hearth", "policy.max_completion_tokens is " + std::to_string(completion) +
                                     ", which leaves no room for prompts in the model's context "
                                     "of " +
                                     std::to_string(facts.contextLength) + " tokens");
    h.max_seq_len = std::min(longestExample(facts), facts.contextLength - completion);
    h.batch_tokens = own.policy.group_size * (h.max_seq_len + completion);
    h.accumulation = request.batchSize.value_or(kAutoPrompts);
    return {};
}

/// Of an answer to the longest prompt, and batches of several.
core::Status setLessons(Hyperparameters& h, const JobRequest& request, const JobFacts& facts) {
    h.policy.grader = request.grader;
    h.policy.group_size = kAutoSamples;
    h.policy.max_completion_tokens =
        std::clamp<int64_t>(facts.contextLength / 2, 1, h.policy.max_completion_tokens);
    CORE_ASSIGN(const Hyperparameters own, withOwnSettings(h, request));
    h.max_seq_len =
        std::min(facts.contextLength, longestExample(facts) + own.policy.max_completion_tokens);
    h.batch_tokens = std::max(
        h.max_seq_len, request.batchSize.value_or(kAutoLessons) * own.policy.max_completion_tokens);
    return {};
}

}  // namespace

core::Result<Hyperparameters> hyperparametersOf(const JobRequest& request, const JobFacts& facts) {
    Hyperparameters h;
    h.seed = facts.seed;
    h.dpo.beta = request.beta.value_or(h.dpo.beta);
    h.evaluate_every = request.evalInterval.value_or(h.evaluate_every);
    setPasses(h, request, facts);
    if (request.method == JobMethod::Reinforcement)
        CORE_TRY(setRollouts(h, request, facts));
    else if (request.method == JobMethod::Distillation)
        CORE_TRY(setLessons(h, request, facts));
    else
        setBatches(h, request, facts);
    return withOwnSettings(h, request);
}

}  // namespace hearth::app
