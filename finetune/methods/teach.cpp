#include "finetune/methods/teach.h"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "core/crypto/key_ring.h"
#include "core/file.h"
#include "core/json.h"
#include "core/number_text.h"
#include "engine/cpu/cpu_backend.h"
#include "engine/formats/chat_format.h"
#include "engine/models/model.h"
#include "engine/runtime/random.h"
#include "finetune/data/prompt_dataset.h"
#include "finetune/eval/greedy_generator.h"
#include "finetune/jobs/job_files.h"
#include "finetune/rl/grader.h"
#include "finetune/rl/rollout.h"
#include "finetune/rl/served_judge.h"

namespace hearth::finetune {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

constexpr const char* kTaughtFile = "taught.jsonl";
constexpr int64_t kAnswersAtOnce = 32;

core::Error invalid(const std::string& message) {
    return {core::ErrorCode::InvalidArgument, message, {}};
}

struct Answer {
    std::string text;
    double reward = 0.0;
};

/// Of one prompt.
struct Lesson {
    PromptExample prompt;
    std::vector<int32_t> ids;
    std::vector<Answer> answers;
};

class Teacher {
public:
    Teacher(const JobContext& context, engine::ChatFormat format,
            std::unique_ptr<engine::Backend> backend, std::unique_ptr<engine::Model> model,
            std::unique_ptr<Grader> grader)
        : m_context(context),
          m_settings(context.spec.hyperparameters.policy),
          m_format(std::move(format)),
          m_backend(std::move(backend)),
          m_model(std::move(model)),
          m_grader(std::move(grader)) {}

    static core::Result<Teacher> load(const JobContext& context) {
        const JobSpec& spec = context.spec;
        const std::string& settings = spec.hyperparameters.policy.grader;
        if (spec.teacher_directory.empty())
            return invalid("teacher_directory is required for method distill");
        if (settings.empty())
            return invalid("hyperparameters.policy.grader is required for method distill");
        CORE_ASSIGN(const json object, core::parseJson(settings, "grader"));
        CORE_ASSIGN(auto grader, parseGrader(object, [&](const std::string& name) {
                        return findJudge(context, name);
                    }));
        CORE_ASSIGN(const core::SecureBytes* key, context.keys.find(spec.teacher_key));
        const auto held = key ? core::KeyRing::instance().hold(spec.teacher_directory, *key)
                              : core::KeyRing::Held();
        CORE_ASSIGN(auto format, engine::ChatFormat::load(spec.teacher_directory));
        auto backend = engine::createCpuBackend({.threads = int(spec.hyperparameters.threads)});
        CORE_ASSIGN(auto model,
                    engine::loadModel(*backend, spec.teacher_directory, {.load_mtp = false}));
        return Teacher(context, std::move(format), std::move(backend), std::move(model),
                       std::move(grader));
    }

    core::Result<std::vector<Lesson>> lessons() const {
        std::vector<Lesson> lessons;
        for (const DatasetRef& input : m_context.spec.inputs) {
            CORE_ASSIGN(const std::string text, readDataset(input, m_context.keys));
            CORE_ASSIGN(auto prompts, readPromptDataset(text, input.path));
            CORE_ASSIGN(auto tokenized,
                        tokenizePrompts(m_format, prompts,
                                        {.max_seq_len = m_model->config().max_position_embeddings -
                                                        m_settings.max_completion_tokens}));
            for (size_t i = 0; i < prompts.size(); ++i)
                lessons.push_back(
                    {std::move(prompts[i]), std::move(tokenized.examples[i].ids), {}});
        }
        return lessons;
    }

    /// Fills in the answers of some lessons; first: the number of the first one.
    core::Status answer(std::span<Lesson> lessons, size_t first) const {
        std::vector<RolloutRequest> requests;
        for (size_t i = 0; i < lessons.size(); ++i)
            for (int64_t j = 0; j < m_settings.group_size; ++j)
                requests.push_back({lessons[i].ids, seedOf(first + i, j)});
        CORE_ASSIGN(const auto rollouts,
                    rollOut(*m_backend, *m_model, nullptr, requests,
                            {.max_tokens = m_settings.max_completion_tokens,
                             .stop_tokens = stopTokens(*m_model, m_format.tokenizer()),
                             .before_step = [this] { m_context.waitForTurn(); }},
                            m_context.cancel));
        for (size_t i = 0; i < rollouts.size(); ++i) {
            std::string text = rollouts[i].truncated ? "" : textOf(rollouts[i]);
            if (!text.empty())
                lessons[i / size_t(m_settings.group_size)].answers.push_back(
                    {.text = std::move(text)});
        }
        return grade(lessons);
    }

private:
    /// Without the end token.
    std::string textOf(const Rollout& rollout) const {
        const std::vector<int32_t> ids(rollout.tokens.begin(), rollout.tokens.end() - 1);
        return m_format.tokenizer().decode(ids);
    }

    core::Status grade(std::span<Lesson> lessons) const {
        std::vector<AnswerToGrade> answers;
        for (const Lesson& lesson : lessons)
            for (const Answer& answer : lesson.answers)
                answers.push_back({answer.text, &lesson.prompt.item});
        CORE_ASSIGN(const auto rewards, m_grader->grade(answers));
        auto reward = rewards.begin();
        for (Lesson& lesson : lessons)
            for (Answer& answer : lesson.answers)
                answer.reward = *reward++;
        return {};
    }

    uint64_t seedOf(size_t lesson, int64_t answer) const {
        uint64_t seed = m_context.spec.hyperparameters.seed;
        for (const uint64_t part : {uint64_t(lesson), uint64_t(answer)})
            seed = engine::mixBits(seed ^ engine::mixBits(part));
        return seed;
    }

    const JobContext& m_context;
    const PolicySettings& m_settings;
    engine::ChatFormat m_format;
    std::unique_ptr<engine::Backend> m_backend;
    std::unique_ptr<engine::Model> m_model;
    std::unique_ptr<Grader> m_grader;
};

/// The best different ones that are worth enough, the best first.
std::vector<Answer> kept(std::vector<Answer> answers, const DistillSettings& settings) {
    std::erase_if(answers, [&](const Answer& a) { return a.reward < settings.min_reward; });
    std::ranges::stable_sort(answers, std::greater(), &Answer::reward);
    std::vector<Answer> best;
    for (Answer& answer : answers)
        if (int64_t(best.size()) < settings.keep &&
            std::ranges::find(best, answer.text, &Answer::text) == best.end())
            best.push_back(std::move(answer));
    return best;
}

std::string chatLine(const PromptExample& prompt, const std::string& answer) {
    json row = {{"messages", prompt.messages}};
    row["messages"].push_back({{"role", "assistant"}, {"content", answer}});
    if (!prompt.tools.is_null())
        row["tools"] = prompt.tools;
    return core::dumpJson(row) + "\n";
}

core::Result<std::string> taughtText(const JobContext& context) {
    CORE_ASSIGN(const Teacher teacher, Teacher::load(context));
    CORE_ASSIGN(auto lessons, teacher.lessons());
    const int64_t atOnce =
        std::max<int64_t>(1, kAnswersAtOnce / context.spec.hyperparameters.policy.group_size);
    std::string text;
    int64_t taught = 0, right = 0, answers = 0;
    for (size_t first = 0; first < lessons.size(); first += size_t(atOnce)) {
        const size_t count = std::min(size_t(atOnce), lessons.size() - first);
        const auto some = std::span(lessons).subspan(first, count);
        CORE_TRY(teacher.answer(some, first));
        for (const Lesson& lesson : some) {
            const DistillSettings& settings = context.spec.hyperparameters.distill;
            const auto best = kept(lesson.answers, settings);
            for (const Answer& answer : best)
                text += chatLine(lesson.prompt, answer.text);
            taught += best.empty() ? 0 : 1;
            answers += int64_t(lesson.answers.size());
            right += std::ranges::count_if(
                lesson.answers, [&](const Answer& a) { return a.reward >= settings.min_reward; });
        }
    }
    context.info("the teacher's answers were right " + std::to_string(right) + " times of " +
                 std::to_string(answers) + " that ended and say something; " +
                 std::to_string(taught) + " of " + std::to_string(lessons.size()) +
                 " prompts are taught");
    if (text.empty())
        return invalid(
            "no answer of the teacher is worth hyperparameters.distill.min_reward; look at the "
            "grader, or ask more often (policy.group_size)");
    return text;
}

}  // namespace

core::Result<JobSpec> teach(const JobContext& context) {
    const fs::path file = fs::path(context.spec.checkpointDirectory()) / kTaughtFile;
    CORE_ASSIGN(const core::SecureBytes* key, context.keys.find(context.spec.output_key));
    if (!fs::exists(file)) {
        CORE_ASSIGN(const std::string text, taughtText(context));
        CORE_TRY(core::createDirectories(file.parent_path()));
        CORE_TRY(writeJobFile(file, core::asBytes(text), key));
    }
    JobSpec spec = context.spec;
    spec.method = "sft";
    spec.teacher_directory.clear();
    spec.inputs = {{.path = file.string(), .format = DataKind::Chat, .key = spec.output_key}};
    return spec;
}

}  // namespace hearth::finetune
