#include "finetune/methods/loss_sets.h"

#include <cstdio>

#include "finetune/data/batch_stream.h"
#include "finetune/eval/ngram_model.h"
#include "finetune/methods/training_data.h"

namespace hearth::finetune {

namespace {

LossSums evaluateAll(TrainableModel& model, const TokenizedDataset& data, int64_t batchTokens) {
    LossSums sums;
    for (const BatchPlan& plan : packInOrder(exampleLengths(data), batchTokens))
        sums += model.evaluate(assembleBatch(data, plan));
    return sums;
}

}  // namespace

core::Result<LossSets> LossSets::load(const JobContext& context, const engine::ChatFormat& format) {
    LossSets sets;
    sets.m_batchTokens = context.spec.hyperparameters.batch_tokens;
    for (const EvaluationSet& wanted : context.spec.evaluations) {
        // Pairs are the preference objective's.
        if (wanted.kind != EvaluationKind::Loss ||
            (wanted.data.format != DataKind::Chat && wanted.data.format != DataKind::Text))
            continue;
        CORE_ASSIGN(TokenizedDataset data, loadDataset(context, wanted.data, format));
        if (wanted.max_examples > 0 && int64_t(data.examples.size()) > wanted.max_examples)
            data.examples.resize(size_t(wanted.max_examples));
        sets.m_sets.push_back(
            {wanted.name, wanted.at_intervals, wanted.ngram_baseline, std::move(data)});
    }
    return sets;
}

void LossSets::evaluate(const JobContext& context, TrainableModel& model, EvaluationPhase phase,
                        int64_t step, Metrics& metrics) const {
    for (const LossSet& set : m_sets) {
        if (phase == EvaluationPhase::During && !set.at_intervals)
            continue;
        const LossSums sums = evaluateAll(model, set.data, m_batchTokens);
        context.sink.emit(EvaluationEvent{.name = set.name,
                                          .phase = phase,
                                          .step = step,
                                          .n = sums.labels,
                                          .loss = sums.meanLoss(),
                                          .accuracy = sums.accuracy()});
        if (sums.mtp_labels > 0)
            context.sink.emit(EvaluationEvent{.name = set.name + "_mtp",
                                              .phase = phase,
                                              .step = step,
                                              .n = sums.mtp_labels,
                                              .loss = sums.mtp_loss / double(sums.mtp_labels)});
        const char* suffix = phase == EvaluationPhase::Before  ? "_loss_before"
                             : phase == EvaluationPhase::After ? "_loss_after"
                                                               : "";
        metrics.emplace_back(set.name + suffix, sums.meanLoss());
    }
}

std::vector<const TokenizedDataset*> LossSets::data() const {
    std::vector<const TokenizedDataset*> data;
    for (const LossSet& set : m_sets)
        data.push_back(&set.data);
    return data;
}

void LossSets::reportNgramBaselines(const JobContext& context, const TokenizedDataset& training,
                                    int64_t vocabSize, Metrics& metrics) const {
    const auto wanted = [](const LossSet& set) { return set.ngram_baseline; };
    if (std::none_of(m_sets.begin(), m_sets.end(), wanted))
        return;
    NgramModel model(vocabSize);
    for (const TokenizedExample& example : training.examples)
        model.add(example);
    model.finish();
    for (const LossSet& set : m_sets) {
        if (!set.ngram_baseline)
            continue;
        const NgramLosses losses = ngramLosses(model, set.data);
        char text[160];
        std::snprintf(text, sizeof text,
                      ": unigram %.4f, Kneser-Ney trigram %.4f nats per token over %lld tokens",
                      losses.unigram, losses.trigram, static_cast<long long>(losses.labels));
        context.info("baselines on " + set.name + text);
        metrics.emplace_back(set.name + "_unigram_loss", losses.unigram);
        metrics.emplace_back(set.name + "_trigram_loss", losses.trigram);
    }
}

}  // namespace hearth::finetune
