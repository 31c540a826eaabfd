// The held-out texts on which a job's loss is measured, tokenised and packed once.
#pragma once
#include <string>
#include <vector>

#include "engine/formats/chat_format.h"
#include "finetune/data/tokenized_example.h"
#include "finetune/jobs/job_context.h"
#include "finetune/model/trainable_model.h"

namespace hearth::finetune {

class LossSets {
public:
    /// Reads the specification's evaluations of kind Loss of texts and chats.
    static core::Result<LossSets> load(const JobContext& context, const engine::ChatFormat& format);

    /// Emits an event for each set; During: only those that want it. Adds "<name>_loss_before"
    /// or "<name>_loss_after" to the metrics; During: "<name>".
    void evaluate(const JobContext& context, TrainableModel& model, EvaluationPhase phase,
                  int64_t step, Metrics& metrics) const;

    /// Counts the training data and reports the n-gram losses of the sets that ask for them, as
    /// log lines and as "<name>_unigram_loss" and "<name>_trigram_loss".
    void reportNgramBaselines(const JobContext& context, const TokenizedDataset& training,
                              int64_t vocabSize, Metrics& metrics) const;

    std::vector<const TokenizedDataset*> data() const;

private:
    struct LossSet {
        std::string name;
        bool at_intervals = false;
        bool ngram_baseline = false;
        TokenizedDataset data;
    };

    std::vector<LossSet> m_sets;
    int64_t m_batchTokens = 0;
};

}  // namespace hearth::finetune
