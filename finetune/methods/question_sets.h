// The question sets of a job, answered by the serving engine before and after training: in words,
// or by the choice of the likeliest answer.
#pragma once
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "engine/formats/chat_format.h"
#include "engine/models/model.h"
#include "finetune/eval/choice_set.h"
#include "finetune/eval/question_set.h"
#include "finetune/jobs/job_context.h"

namespace hearth::finetune {

class QuestionSets {
public:
    /// Reads the specification's evaluations of kinds Questions and MultipleChoice.
    static core::Result<QuestionSets> load(const JobContext& context);
    bool empty() const { return m_sets.empty(); }

    /// Emits an event for each set and adds "<name>_accuracy_before" or "_after" to the metrics, of
    /// multiple choice "<name>_accuracy_norm_before", too. adapter: null for the model alone.
    /// Errors: Cancelled; those of answerQuestions and chooseAnswers.
    core::Status evaluate(const JobContext& context, engine::Backend& backend, engine::Model& model,
                          std::shared_ptr<const engine::Adapter> adapter,
                          const engine::ChatFormat& format, EvaluationPhase phase, int64_t step,
                          Metrics& metrics) const;

private:
    struct QuestionSet {
        std::string name;
        QuestionOptions options;
        std::variant<std::vector<Question>, std::vector<ChoiceQuestion>> questions;
    };
    struct Served;
    struct Score {
        int64_t n = 0;
        double accuracy = 0.0;
        Metrics more;
    };

    static core::Result<Score> score(const Served& served, const QuestionSet& set);

    std::vector<QuestionSet> m_sets;
};

}  // namespace hearth::finetune
