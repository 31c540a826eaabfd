// The question sets of a job, answered by the serving engine before and after training.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "engine/formats/chat_format.h"
#include "engine/models/model.h"
#include "finetune/eval/question_set.h"
#include "finetune/jobs/job_context.h"

namespace hearth::finetune {

class QuestionSets {
public:
    /// Reads the specification's evaluations of kind Questions.
    static core::Result<QuestionSets> load(const JobContext& context);
    bool empty() const { return m_sets.empty(); }

    /// Emits an event for each set and adds "<name>_accuracy_before" or "_after" to the metrics.
    /// adapter: null for the model alone. Errors: Cancelled; those of answerQuestions.
    core::Status evaluate(const JobContext& context, engine::Backend& backend, engine::Model& model,
                          std::shared_ptr<const engine::Adapter> adapter,
                          const engine::ChatFormat& format, EvaluationPhase phase, int64_t step,
                          Metrics& metrics) const;

private:
    struct QuestionSet {
        std::string name;
        QuestionOptions options;
        std::vector<Question> questions;
    };

    std::vector<QuestionSet> m_sets;
};

}  // namespace hearth::finetune
