#include "finetune/jobs/expert_health.h"

#include <algorithm>
#include <cmath>

#include "core/number_text.h"

namespace hearth::finetune {
namespace {

// An expert is dead when it lately got less than this part of an even share. Before it would have
// got kEnoughTokens at an even share, that would be chance.
constexpr double kDeadShare = 0.01;
constexpr double kEnoughTokens = 50.0;
// Alarms: choices that the base would not have made; the busiest expert over its share in the
// base; entropy below that of the base.
constexpr double kMuchDrift = 0.5;  // jobs that learn facts by heart were seen at 0.31
constexpr double kMuchLoad = 2.0;
constexpr double kLittleEntropy = 0.5;

double evenShares(const std::vector<float>& shares) {  // the greatest, in even shares
    return double(*std::ranges::max_element(shares)) * double(shares.size());
}

int64_t deadOf(const std::vector<float>& shares) {
    return std::ranges::count_if(
        shares, [&](float share) { return double(share) * double(shares.size()) < kDeadShare; });
}

std::string number(double value) {
    return core::fixedText(value, 2);
}

}  // namespace

ExpertHealth::ExpertHealth(const std::vector<ExpertUse>& layers) {
    for (const ExpertUse& use : layers) {
        const std::vector<float> none(use.loads.size(), 0.0f);
        m_layers.push_back({none, none, {0.0f, 0.0f}});
        m_health.push_back({.layer = use.layer});
    }
}

void ExpertHealth::addShares(int64_t step, const ExpertUse& use, Layer& layer) const {
    double total = 0.0;
    for (const int64_t load : use.loads)
        total += double(load);
    const double newest = step == 1 ? 1.0 : kNewestWeight;
    for (size_t e = 0; e < use.loads.size(); ++e) {
        const double share = double(use.loads[e]) / total;
        if (step <= kBaseSteps)
            layer.base[e] += float((share - double(layer.base[e])) / double(step));
        layer.lately[e] += float(newest * (share - double(layer.lately[e])));
    }
    layer.numbers[1] += float(total / double(use.loads.size()));
}

void ExpertHealth::add(int64_t step, const std::vector<ExpertUse>& layers) {
    for (size_t i = 0; i < layers.size(); ++i) {
        const ExpertUse& use = layers[i];
        Layer& layer = m_layers[i];
        LayerHealth& health = m_health[i];
        if (use.tokens == 0)
            continue;  // nothing went through it
        addShares(step, use, layer);
        health.load = evenShares(layer.lately);
        health.entropy = use.entropy / double(use.tokens) / std::log(double(use.loads.size()));
        const bool enough = double(layer.numbers[1]) >= kEnoughTokens;
        health.dead = enough ? deadOf(layer.lately) : 0;
        if (step <= kBaseSteps) {
            layer.numbers[0] += float((health.entropy - double(layer.numbers[0])) / double(step));
            continue;
        }
        if (enough && health.dead > deadOf(layer.base))
            raise(health.layer, "dead",
                  std::to_string(health.dead) + " experts get (almost) no tokens any more, " +
                      std::to_string(deadOf(layer.base)) + " did not at the start");
        if (health.load > kMuchLoad * evenShares(layer.base))
            raise(health.layer, "load",
                  "the busiest expert gets " + number(health.load) + " even shares, at the start " +
                      number(evenShares(layer.base)));
        if (health.entropy < kLittleEntropy * double(layer.numbers[0]))
            raise(health.layer, "entropy",
                  "the router's entropy fell from " + number(layer.numbers[0]) + " to " +
                      number(health.entropy) + " of its greatest value");
    }
}

void ExpertHealth::setDrift(std::span<const double> shares) {
    for (size_t i = 0; i < shares.size(); ++i) {
        m_health[i].drift = shares[i];
        if (shares[i] > kMuchDrift)
            raise(m_health[i].layer, "drift",
                  number(100.0 * shares[i]) +
                      " % of the choices of experts are not the base's on the same tokens");
    }
}

Metrics ExpertHealth::metrics() const {
    if (m_health.empty())
        return {};
    double load = 0.0, entropy = 0.0, dead = 0.0, drift = 0.0;
    for (const LayerHealth& health : m_health) {
        load = std::max(load, health.load);
        entropy += health.entropy / double(m_health.size());
        dead += double(health.dead);
        drift = std::max(drift, health.drift);
    }
    return {{"expert_load", load},
            {"router_entropy", entropy},
            {"dead_experts", dead},
            {"router_drift", drift}};
}

void ExpertHealth::raise(int64_t layer, const char* kind, const std::string& text) {
    const std::pair<int64_t, std::string> key{layer, kind};
    if (std::ranges::find(m_raised, key) != m_raised.end())
        return;
    m_raised.push_back(key);
    m_alarms.push_back("experts of layer " + std::to_string(layer) + ": " + text);
}

std::vector<std::string> ExpertHealth::takeAlarms() {
    return std::exchange(m_alarms, {});
}

void ExpertHealth::forEachState(
    const std::function<void(const std::string&, std::span<float>)>& visit) {
    for (size_t i = 0; i < m_layers.size(); ++i) {
        const std::string prefix = "experts." + std::to_string(m_health[i].layer) + ".";
        visit(prefix + "base", m_layers[i].base);
        visit(prefix + "lately", m_layers[i].lately);
        visit(prefix + "numbers", m_layers[i].numbers);
    }
}

}  // namespace hearth::finetune
