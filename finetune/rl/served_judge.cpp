#include "finetune/rl/served_judge.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "engine/cpu/cpu_backend.h"
#include "engine/formats/chat_format.h"
#include "engine/models/model.h"
#include "finetune/eval/greedy_generator.h"
#include "finetune/eval/likelihood.h"

namespace hearth::finetune {

namespace {

using Json = nlohmann::json;
using Prompts = std::vector<std::vector<int32_t>>;

class ServedJudge : public Judge {
public:
    ServedJudge(engine::ChatFormat format, int threads, const std::atomic<bool>& cancel)
        : m_format(std::move(format)),
          m_backend(engine::createCpuBackend({.threads = threads})),
          m_cancel(cancel) {}

    core::Status load(const std::filesystem::path& directory) {
        CORE_ASSIGN(m_model, engine::loadModel(*m_backend, directory, {.load_mtp = false}));
        return {};
    }

    core::Result<std::vector<std::string>> answers(const std::vector<Json>& conversations,
                                                   int64_t maxTokens) override {
        CORE_ASSIGN(const Prompts prompts, encode(conversations));
        const GreedyOptions options{.max_new_tokens = maxTokens,
                                    .stop_tokens = stopTokens(*m_model, m_format.tokenizer())};
        CORE_ASSIGN(const auto ids,
                    generateGreedy(*m_backend, *m_model, nullptr, prompts, options, m_cancel));
        std::vector<std::string> texts;
        for (const auto& answer : ids)
            texts.push_back(m_format.tokenizer().decode(answer));
        return texts;
    }

    core::Result<std::vector<size_t>> likeliest(const std::vector<Json>& conversations,
                                                const std::vector<std::string>& texts) override {
        CORE_ASSIGN(const Prompts prompts, encode(conversations));
        std::vector<Continuation> all;
        for (const auto& prompt : prompts)
            for (const std::string& text : texts)
                all.push_back(answerTo(m_format.tokenizer(), prompt, text));
        CORE_ASSIGN(const auto logps,
                    continuationLogps(*m_backend, *m_model, nullptr, all, m_cancel));
        std::vector<size_t> chosen;
        for (auto first = logps.begin(); first != logps.end(); first += int64_t(texts.size()))
            chosen.push_back(
                size_t(std::max_element(first, first + int64_t(texts.size())) - first));
        return chosen;
    }

private:
    core::Result<Prompts> encode(const std::vector<Json>& conversations) const {
        Prompts prompts;
        for (const Json& conversation : conversations) {
            CORE_ASSIGN(auto prompt, m_format.encodeChat(conversation));
            prompts.push_back(std::move(prompt));
        }
        return prompts;
    }

    const engine::ChatFormat m_format;
    const std::unique_ptr<engine::Backend> m_backend;
    const std::atomic<bool>& m_cancel;
    std::unique_ptr<engine::Model> m_model;
};

}  // namespace

core::Result<std::shared_ptr<Judge>> loadJudge(const std::filesystem::path& directory, int threads,
                                               const std::atomic<bool>& cancel) {
    CORE_ASSIGN(auto format, engine::ChatFormat::load(directory));
    if (!format.hasTemplate())
        return core::Error{core::ErrorCode::Unsupported,
                           "a model without a chat template cannot judge", directory.string()};
    auto judge = std::make_shared<ServedJudge>(std::move(format), threads, cancel);
    CORE_TRY(judge->load(directory));
    return std::shared_ptr<Judge>(std::move(judge));
}

core::Result<std::shared_ptr<Judge>> findJudge(const JobContext& context, const std::string& name) {
    const auto& judges = context.spec.judges;
    const auto found = std::ranges::find(judges, name, &JudgeModel::name);
    if (found == judges.end())
        return core::Error{core::ErrorCode::InvalidArgument,
                           "the grader's model \"" + name + "\" is not among the job's judges",
                           "model"};
    return loadJudge(found->model_directory, int(context.spec.hyperparameters.threads),
                     context.cancel);
}

}  // namespace hearth::finetune
