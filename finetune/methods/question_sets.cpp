#include "finetune/methods/question_sets.h"

#include "finetune/jobs/job_files.h"

namespace hearth::finetune {

core::Result<QuestionSets> QuestionSets::load(const JobContext& context) {
    QuestionSets sets;
    for (const EvaluationSet& wanted : context.spec.evaluations) {
        if (wanted.kind != EvaluationKind::Questions)
            continue;
        CORE_ASSIGN(const std::string text, readDataset(wanted.data, context.keys));
        CORE_ASSIGN(std::vector<Question> questions, readQuestions(text, wanted.data.path));
        if (wanted.max_examples > 0 && int64_t(questions.size()) > wanted.max_examples)
            questions.resize(size_t(wanted.max_examples));
        sets.m_sets.push_back(
            {wanted.name, {.max_new_tokens = wanted.max_new_tokens}, std::move(questions)});
    }
    return sets;
}

core::Status QuestionSets::evaluate(const JobContext& context, engine::Backend& backend,
                                    engine::Model& model,
                                    std::shared_ptr<const engine::Adapter> adapter,
                                    const engine::ChatFormat& format, EvaluationPhase phase,
                                    int64_t step, Metrics& metrics) const {
    for (const QuestionSet& set : m_sets) {
        CORE_ASSIGN(const auto answers,
                    answerQuestions(backend, model, adapter, format, set.questions, set.options,
                                    context.cancel));
        const auto right = std::count_if(answers.begin(), answers.end(),
                                         [](const Answer& answer) { return answer.correct; });
        const double accuracy = double(right) / double(answers.size());
        context.sink.emit(EvaluationEvent{.name = set.name,
                                          .phase = phase,
                                          .step = step,
                                          .unit = EvaluationUnit::Questions,
                                          .n = int64_t(answers.size()),
                                          .accuracy = accuracy});
        metrics.emplace_back(
            set.name + (phase == EvaluationPhase::Before ? "_accuracy_before" : "_accuracy_after"),
            accuracy);
    }
    return {};
}

}  // namespace hearth::finetune
