#include "finetune/jobs/decisive_settings.h"

#include <nlohmann/json.hpp>

#include "finetune/jobs/stopping_rule.h"

namespace hearth::finetune {

namespace {

/// Without what changes no bits.
Hyperparameters decisiveOf(Hyperparameters settings) {
    const Hyperparameters defaults;
    settings.gradient_checkpointing = defaults.gradient_checkpointing;
    settings.threads = defaults.threads;
    settings.memory_gb = defaults.memory_gb;
    settings.report_every = defaults.report_every;
    settings.checkpoint_every = defaults.checkpoint_every;
    // Held-out losses decide when to stop and what to keep, or nothing.
    if (!StoppingRule(settings).watches())
        settings.evaluate_every = defaults.evaluate_every;
    return settings;
}

}  // namespace

std::string decisiveSettings(const JobSpec& spec) {
    JobSpec decisive;
    decisive.method = spec.method;
    decisive.full = spec.full;
    decisive.adapter = spec.adapter;
    decisive.hyperparameters = decisiveOf(spec.hyperparameters);
    auto settings = nlohmann::json::parse(writeJobSpec(decisive));
    if (spec.hyperparameters.training_precision == TrainingPrecision::F32)
        settings.at("hyperparameters").erase("training_precision");
    return settings.dump();
}

}  // namespace hearth::finetune
