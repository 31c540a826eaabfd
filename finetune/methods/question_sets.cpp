#include "finetune/methods/question_sets.h"

#include <algorithm>

#include "finetune/jobs/job_files.h"

namespace hearth::finetune {

namespace {

template <typename Result>
double shareOf(const std::vector<Result>& results, bool Result::*right) {
    return double(std::ranges::count(results, true, right)) / double(results.size());
}

template <typename Question>
void cut(std::vector<Question>& questions, int64_t most) {
    if (most > 0 && int64_t(questions.size()) > most)
        questions.resize(size_t(most));
}

}  // namespace

struct QuestionSets::Served {
    engine::Backend& backend;
    engine::Model& model;
    std::shared_ptr<const engine::Adapter> adapter;
    const engine::ChatFormat& format;
    const std::atomic<bool>& cancel;
};

core::Result<QuestionSets> QuestionSets::load(const JobContext& context) {
    QuestionSets sets;
    for (const EvaluationSet& wanted : context.spec.evaluations) {
        if (wanted.kind == EvaluationKind::Loss)
            continue;
        QuestionSet set{wanted.name, {.max_new_tokens = wanted.max_new_tokens}, {}};
        CORE_ASSIGN(const std::string text, readDataset(wanted.data, context.keys));
        if (wanted.kind == EvaluationKind::MultipleChoice) {
            CORE_ASSIGN(set.questions, readChoices(text, wanted.data.path));
        } else {
            CORE_ASSIGN(set.questions, readQuestions(text, wanted.data.path));
        }
        std::visit([&](auto& questions) { cut(questions, wanted.max_examples); }, set.questions);
        sets.m_sets.push_back(std::move(set));
    }
    return sets;
}

core::Result<QuestionSets::Score> QuestionSets::score(const Served& served,
                                                      const QuestionSet& set) {
    if (const auto* choices = std::get_if<std::vector<ChoiceQuestion>>(&set.questions)) {
        CORE_ASSIGN(const auto results, chooseAnswers(served.backend, served.model, served.adapter,
                                                      served.format, *choices, served.cancel));
        return Score{int64_t(results.size()),
                     shareOf(results, &ChoiceResult::correct),
                     {{"accuracy_norm", shareOf(results, &ChoiceResult::correctByLength)}}};
    }
    CORE_ASSIGN(const auto answers,
                answerQuestions(served.backend, served.model, served.adapter, served.format,
                                std::get<std::vector<Question>>(set.questions), set.options,
                                served.cancel));
    return Score{int64_t(answers.size()), shareOf(answers, &Answer::correct), {}};
}

core::Status QuestionSets::evaluate(const JobContext& context, engine::Backend& backend,
                                    engine::Model& model,
                                    std::shared_ptr<const engine::Adapter> adapter,
                                    const engine::ChatFormat& format, EvaluationPhase phase,
                                    int64_t step, Metrics& metrics) const {
    const Served served{backend, model, std::move(adapter), format, context.cancel};
    const char* when = phase == EvaluationPhase::Before ? "_before" : "_after";
    for (const QuestionSet& set : m_sets) {
        CORE_ASSIGN(const Score score, this->score(served, set));
        context.sink.emit(EvaluationEvent{.name = set.name,
                                          .phase = phase,
                                          .step = step,
                                          .unit = EvaluationUnit::Questions,
                                          .n = score.n,
                                          .accuracy = score.accuracy,
                                          .metrics = score.more});
        metrics.emplace_back(set.name + "_accuracy" + when, score.accuracy);
        for (const auto& [name, value] : score.more)
            metrics.emplace_back(set.name + "_" + name + when, value);
    }
    return {};
}

}  // namespace hearth::finetune
