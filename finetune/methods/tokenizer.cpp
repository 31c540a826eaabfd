// Learns a byte-level BPE vocabulary from the job's texts and writes the tokenizer's files.
#include <chrono>

#include "core/file.h"
#include "engine/formats/bpe_trainer.h"
#include "finetune/data/chat_dataset.h"
#include "finetune/data/tokenized_example.h"
#include "finetune/jobs/job_files.h"
#include "finetune/methods/method.h"

namespace hearth::finetune {

namespace {

core::Result<engine::BpeTrainerOptions> trainerOptions(const TokenizerSettings& settings) {
    engine::BpeTrainerOptions options;
    options.vocabSize = settings.vocab_size;
    options.specialTokens = settings.special_tokens;
    options.bosToken = settings.bos_token;
    options.eosToken = settings.eos_token;
    options.padToken = settings.pad_token;
    options.addBosToken = settings.add_bos_token;
    options.modelMaxLength = settings.model_max_length;
    if (!settings.chat_template_file.empty()) {
        CORE_ASSIGN(options.chatTemplate, core::readTextFile(settings.chat_template_file));
    }
    return options;
}

/// Documents, or what the messages of chats say.
core::Result<std::vector<std::string>> readTexts(const DatasetRef& dataset, const JobKeys& keys) {
    CORE_ASSIGN(const std::string text, readDataset(dataset, keys));
    std::vector<std::string> texts;
    if (dataset.format == DataKind::Text) {
        CORE_ASSIGN(texts, readDocuments(text, dataset.path));
        return texts;
    }
    CORE_ASSIGN(const auto examples, readChatDataset(text, dataset.path));
    for (const ChatExample& example : examples) {
        if (example.text)
            texts.push_back(example.text->prompt + example.text->answer);
        for (const auto& message : example.messages)
            if (message["content"].is_string())
                texts.push_back(message["content"].get<std::string>());
    }
    return texts;
}

}  // namespace

core::Result<FinishedEvent> runTokenizer(const JobContext& context) {
    const auto start = std::chrono::steady_clock::now();
    CORE_ASSIGN(engine::BpeTrainerOptions options, trainerOptions(context.spec.tokenizer));
    engine::BpeTrainer trainer(std::move(options));
    int64_t texts = 0;
    for (const DatasetRef& input : context.spec.inputs) {
        CORE_ASSIGN(const auto batch, readTexts(input, context.keys));
        for (const std::string& text : batch)
            trainer.addText(text);
        texts += int64_t(batch.size());
    }
    context.sink.emit(StartedEvent{.method = context.spec.method, .examples = texts});
    CORE_ASSIGN(const engine::TrainedTokenizer tokenizer, trainer.train());

    CORE_ASSIGN(PendingDirectory output, PendingDirectory::create(context.spec.output_directory));
    CORE_TRY(tokenizer.write(output.path()));
    CORE_TRY(output.publish());
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    return FinishedEvent{.output_path = context.spec.output_directory,
                         .seconds = seconds.count(),
                         .metrics = {{"vocab_size", double(tokenizer.vocabSize)}}};
}

}  // namespace hearth::finetune
