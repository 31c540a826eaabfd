#include "finetune/methods/training_data.h"

#include <iterator>

#include "core/crypto/sha256.h"
#include "finetune/data/preference_dataset.h"
#include "finetune/data/prompt_dataset.h"
#include "finetune/jobs/decisive_settings.h"
#include "finetune/jobs/job_files.h"
#include "finetune/jobs/stopping_rule.h"

namespace hearth::finetune {

namespace {

core::Result<TokenizedDataset> tokenize(const std::string& text, const DatasetRef& dataset,
                                        const engine::ChatFormat& format,
                                        const TokenizeOptions& options) {
    if (dataset.format == DataKind::Text)
        return tokenizeText(format.tokenizer(), text, options);
    if (dataset.format == DataKind::Preference) {
        CORE_ASSIGN(const auto pairs, readPreferenceDataset(text, dataset.path));
        return tokenizePreferences(format, pairs, options);
    }
    if (dataset.format == DataKind::Prompt) {
        CORE_ASSIGN(const auto prompts, readPromptDataset(text, dataset.path));
        return tokenizePrompts(format, prompts, options);
    }
    CORE_ASSIGN(const auto examples, readChatDataset(text, dataset.path));
    return tokenizeChat(format, examples, options);
}

void append(TokenizedDataset&& part, TokenizedDataset& whole) {
    whole.truncated += part.truncated;
    std::move(part.examples.begin(), part.examples.end(), std::back_inserter(whole.examples));
}

}  // namespace

TokenizeOptions tokenizeOptions(const Hyperparameters& settings) {
    return {.max_seq_len = settings.max_seq_len, .truncate = settings.truncate};
}

core::Result<TokenizedDataset> loadDataset(const JobContext& context, const DatasetRef& dataset,
                                           const engine::ChatFormat& format) {
    CORE_ASSIGN(const std::string text, readDataset(dataset, context.keys));
    auto tokenized = tokenize(text, dataset, format, tokenizeOptions(context.spec.hyperparameters));
    if (!tokenized && tokenized.error().context.empty()) {
        core::Error error = tokenized.error();
        error.context = dataset.path;
        return error;
    }
    return tokenized;
}

core::Result<TokenizedDataset> loadInputs(const JobContext& context,
                                          const engine::ChatFormat& format) {
    TokenizedDataset whole;
    for (const DatasetRef& input : context.spec.inputs) {
        CORE_ASSIGN(TokenizedDataset part, loadDataset(context, input, format));
        append(std::move(part), whole);
    }
    return whole;
}

core::Result<std::string> jobFingerprint(const JobContext& context, const std::string& configJson,
                                         const TokenizedDataset& dataset) {
    const JobSpec& spec = context.spec;
    core::Sha256 hash;
    hash.update(decisiveSettings(spec));
    hash.update(configJson);
    for (const TokenizedExample& example : dataset.examples) {
        hash.update(std::as_bytes(std::span(example.ids)));
        hash.update(std::as_bytes(std::span(example.labels)));
    }
    const bool watches = StoppingRule(spec.hyperparameters).watches();
    for (const EvaluationSet& set : spec.evaluations) {
        if (!watches || set.kind != EvaluationKind::Loss || !set.at_intervals)
            continue;
        CORE_ASSIGN(const std::string text, readDataset(set.data, context.keys));
        hash.update(text);
    }
    return hash.finishHex();
}

}  // namespace hearth::finetune
