// What a job minimises over its examples. A method brings one; the training loop knows no other.
#pragma once
#include <memory>
#include <span>
#include <vector>

#include "finetune/data/batch_stream.h"
#include "finetune/jobs/job_context.h"
#include "finetune/model/trainable_model.h"

namespace hearth::finetune {

/// Sums over the examples of one or several batches.
struct ObjectiveSums {
    double loss = 0.0;
    int64_t units = 0;  // what the loss is a mean over: target tokens, pairs
    int64_t labels = 0;
    int64_t correct = 0;  // labels that were the likeliest token
    int64_t tokens = 0;
    Metrics metrics;  // sums over the units, in a fixed order

    double meanLoss() const { return units > 0 ? loss / double(units) : 0.0; }
    double accuracy() const { return labels > 0 ? double(correct) / double(labels) : 0.0; }
    Metrics meanMetrics() const;
    ObjectiveSums& operator+=(const ObjectiveSums& other);
};

class Objective {
public:
    virtual ~Objective() = default;

    /// Tokens of each example; examples are packed and shuffled by them.
    virtual std::vector<int64_t> lengths() const = 0;
    /// Units of the examples of a batch.
    virtual int64_t units(const BatchPlan& plan) const = 0;
    /// Forward and backward. Adds the gradients of the sum of the losses / windowUnits. Errors:
    /// Cancelled.
    virtual core::Result<ObjectiveSums> accumulate(const BatchPlan& plan, int64_t windowUnits) = 0;
    /// Steps that are taken on the same batches, one after the other.
    virtual int64_t updates() const { return 1; }
    /// Called before a batch is accumulated, with its place in the run and how many steps were
    /// taken on it before. Only the first may end as Cancelled.
    virtual void seek(int64_t /*batch*/, int64_t /*update*/) {}
    /// Called once, before training changes anything and before a checkpoint is taken over.
    virtual void prepare() {}
    /// Measures what LossSets does not: emits evaluation events, adds to the metrics. During: adds
    /// a value for each set, of which less is better.
    virtual core::Status evaluate(EvaluationPhase /*phase*/, int64_t /*step*/,
                                  Metrics& /*metrics*/) {
        return {};
    }
};

/// Adds "balance_loss", where the model has one, to the metrics of a batch of so many units.
void addBalanceLoss(const TrainableModel& model, const LossSums& sums, int64_t units,
                    Metrics& metrics);

/// Next-token prediction on the labels, with the multi-token-prediction loss if the model has it.
/// The model and the data set outlive it.
std::unique_ptr<Objective> likelihoodObjective(TrainableModel& model,
                                               const TokenizedDataset& dataset);

}  // namespace hearth::finetune
