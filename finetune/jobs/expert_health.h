// Whether a job keeps the experts of its model in use: what the routers do, step by step, and when
// that needs somebody's attention.
#pragma once
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "finetune/jobs/job_event.h"
#include "finetune/model/expert_use.h"

namespace hearth::finetune {

/// "The base" is the mean over the first kBaseSteps steps, while the weights are (nearly) the
/// base's; "lately" is a mean in which a step counts kNewestWeight. Deterministic, and part of the
/// checkpoints.
class ExpertHealth {
public:
    static constexpr int64_t kBaseSteps = 8;
    static constexpr double kNewestWeight = 1.0 / 8.0;

    /// layers: as TrainableModel::expertUse() gives them, for their number and size.
    explicit ExpertHealth(const std::vector<ExpertUse>& layers);

    /// Takes what the routers did in a step, counted from 1.
    void add(int64_t step, const std::vector<ExpertUse>& layers);
    /// As RoutingDrift measured it, for each layer; it stays until it is measured again.
    void setDrift(std::span<const double> shares);
    /// Of the step that was added last.
    const std::vector<LayerHealth>& layers() const { return m_health; }
    /// Over all layers: the greatest load, the mean entropy, dead experts, the greatest drift.
    /// Empty for a model without experts.
    Metrics metrics() const;
    /// What has gone wrong since the last call; each kind of trouble of a layer once.
    std::vector<std::string> takeAlarms();

    void forEachState(const std::function<void(const std::string&, std::span<float>)>& visit);

private:
    struct Layer {
        std::vector<float> base;     // shares of the tokens, [experts]
        std::vector<float> lately;   // the same
        std::vector<float> numbers;  // entropy of the base, expected tokens of an expert so far
    };
    void addShares(int64_t step, const ExpertUse& use, Layer& layer) const;
    void raise(int64_t layer, const char* kind, const std::string& text);

    std::vector<Layer> m_layers;
    std::vector<LayerHealth> m_health;
    std::vector<std::pair<int64_t, std::string>> m_raised;  // layer and kind
    std::vector<std::string> m_alarms;
};

}  // namespace hearth::finetune
