#include "finetune/jobs/objective.h"

#include "core/assert.h"

namespace hearth::finetune {

namespace {

class LikelihoodObjective : public Objective {
public:
    LikelihoodObjective(TrainableModel& model, const TokenizedDataset& dataset)
        : m_model(model), m_dataset(dataset) {}

    std::vector<int64_t> lengths() const override { return exampleLengths(m_dataset); }

    int64_t units(const BatchPlan& plan) const override {
        int64_t labels = 0;
        for (const int32_t index : plan)
            labels += m_dataset.examples[size_t(index)].labelCount();
        return labels;
    }

    core::Result<ObjectiveSums> accumulate(const BatchPlan& plan, int64_t windowUnits) override {
        const PackedBatch batch = assembleBatch(m_dataset, plan);
        const LossSums sums = m_model.accumulate(batch, windowUnits);
        // The MTP layers alone are trained: theirs is the loss.
        const bool trunk = sums.labels > 0;
        Metrics metrics;
        addBalanceLoss(m_model, sums, sums.labels, metrics);
        return ObjectiveSums{.loss = trunk ? sums.loss : sums.mtp_loss,
                             .units = trunk ? sums.labels : sums.mtp_labels,
                             .labels = trunk ? sums.labels : sums.mtp_labels,
                             .correct = sums.correct,
                             .tokens = batch.tokens(),
                             .metrics = std::move(metrics)};
    }

private:
    TrainableModel& m_model;
    const TokenizedDataset& m_dataset;
};

}  // namespace

Metrics ObjectiveSums::meanMetrics() const {
    Metrics means = metrics;
    for (auto& [name, value] : means)
        value /= double(std::max<int64_t>(1, units));
    return means;
}

ObjectiveSums& ObjectiveSums::operator+=(const ObjectiveSums& other) {
    loss += other.loss;
    units += other.units;
    labels += other.labels;
    correct += other.correct;
    tokens += other.tokens;
    if (metrics.empty())
        metrics = other.metrics;
    else
        for (size_t i = 0; i < other.metrics.size(); ++i) {
            CORE_ASSERT(metrics[i].first == other.metrics[i].first);
            metrics[i].second += other.metrics[i].second;
        }
    return *this;
}

void addBalanceLoss(const TrainableModel& model, const LossSums& sums, int64_t units,
                    Metrics& metrics) {
    if (model.options().balance_alpha > 0.0)
        metrics.emplace_back("balance_loss", sums.meanBalanceLoss() * double(units));
}

std::unique_ptr<Objective> likelihoodObjective(TrainableModel& model,
                                               const TokenizedDataset& dataset) {
    return std::make_unique<LikelihoodObjective>(model, dataset);
}

}  // namespace hearth::finetune
