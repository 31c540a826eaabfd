#include "app/services/jobs/job_event_recorder.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "core/crypto/random.h"
#include "core/json.h"
#include "core/log.h"
#include "core/number_text.h"
#include "finetune/jobs/replay.h"

namespace hearth::app {
namespace {

using nlohmann::json;

const char* phaseName(finetune::EvaluationPhase phase) {
    switch (phase) {
        case finetune::EvaluationPhase::Before:
            return "before";
        case finetune::EvaluationPhase::During:
            return "during";
        case finetune::EvaluationPhase::After:
            return "after";
    }
    return "";
}

json toJson(const finetune::Metrics& metrics) {
    json object = json::object();
    for (const auto& [name, value] : metrics)
        object[name] = value;
    return object;
}

/// Why training ended before its last step, and whose weights are published where they are not the
/// last one's.
std::string outcomeText(const finetune::FinishedEvent& e) {
    std::string text;
    if (e.stop_reason == "early_stopping")
        text += "; stopped early, as the held-out loss no longer improved";
    if (e.published_step != e.steps)
        text += "; the weights of step " + std::to_string(e.published_step) +
                " are published, whose held-out loss was the least";
    return text;
}

}  // namespace

std::string evaluationSeries(const std::string& number, const char* phase,
                             const std::string& evaluation) {
    return number + "/" + phase + "/" + evaluation;
}

void JobEventRecorder::record(const finetune::JobEvent& event) {
    std::visit([this](const auto& e) { on(e); }, event);
}

void JobEventRecorder::message(const std::string& level, const std::string& text) {
    addEvent(level, "message", text, "{}");
}

int64_t JobEventRecorder::tokensOfRun() const {
    if (!m_firstProgress || m_firstProgress->step <= 0)
        return 0;
    // Events count from the job's beginning; steps are about equally long.
    const double before =
        double(m_firstProgress->tokens) * double(m_resumedStep) / double(m_firstProgress->step);
    return m_tokens - int64_t(before);
}

void JobEventRecorder::on(const finetune::StartedEvent& e) {
    m_resumedStep = e.resumed_step;
    m_precision = e.precision;
    std::string text = "Training " + std::to_string(e.trainable_parameters) + " of " +
                       std::to_string(e.total_parameters) + " parameters on " +
                       std::to_string(e.examples) + " examples in " +
                       std::to_string(e.total_steps) + " steps";
    if (e.planned_bytes > 0)
        text += ", with " + core::fixedText(double(e.planned_bytes) / 1e9, 2) +
                " GB of memory by the plan";
    if (e.precision == "bf16")
        text += ", with operands in BF16";
    if (e.resumed_step > 0)
        text += ", resumed after step " + std::to_string(e.resumed_step);
    message("info", text);
}

void JobEventRecorder::on(const finetune::ProgressEvent& e) {
    if (!m_firstProgress)
        m_firstProgress = e;
    m_tokens = e.tokens;
    m_lastProgress = {{"step", double(e.step)},
                      {"train_loss", e.loss},
                      {"train_mean_token_accuracy", e.token_accuracy}};
    json data = {{"step", e.step},
                 {"total", e.total_steps},
                 {"train_loss", e.loss},
                 {"train_mean_token_accuracy", e.token_accuracy},
                 {"learning_rate", e.learning_rate},
                 {"tokens", e.tokens},
                 {"tokens_per_s", e.tokens_per_second},
                 {"eta_s", e.eta_seconds}};
    for (const auto& [name, value] : e.metrics) {
        data["train_" + name] = value;
        m_lastProgress.emplace_back("train_" + name, value);
        addSample("train_" + name, e.step, value);
    }
    addEvent("info", "metrics",
             "Step " + std::to_string(e.step) + "/" + std::to_string(e.total_steps) + ": " +
                 finetune::progressText(e),
             core::dumpJson(data));
    for (const finetune::LayerHealth& layer : e.experts) {
        const std::string prefix = "experts/" + std::to_string(layer.layer) + "/";
        addSample(prefix + "load", e.step, layer.load);
        addSample(prefix + "entropy", e.step, layer.entropy);
        addSample(prefix + "dead", e.step, double(layer.dead));
        addSample(prefix + "drift", e.step, layer.drift);
    }
    addSample("train_loss", e.step, e.loss);
    addSample("learning_rate", e.step, e.learning_rate);
    addSample("gradient_norm", e.step, e.gradient_norm);
    addSample("resident_bytes", e.step, double(e.resident_bytes));
    addSample("train_mean_token_accuracy", e.step, e.token_accuracy);
    addSample("tokens_per_s", e.step, e.tokens_per_second);
    m_jobs
        .setProgress(m_job.id, e.tokens,
                     m_clock.unixSeconds() + int64_t(std::llround(e.eta_seconds)))
        .orThrow();
}

void JobEventRecorder::on(const finetune::EvaluationEvent& e) {
    const char* phase = phaseName(e.phase);
    json data = {{"evaluation", e.name}, {"phase", phase},        {"step", e.step}, {"n", e.n},
                 {"loss", e.loss},       {"accuracy", e.accuracy}};
    for (const auto& [name, value] : e.metrics)
        data[name] = value;
    addEvent("info", "message", e.name + ", " + phase + ": " + finetune::resultText(e),
             core::dumpJson(data));
    if (e.unit == finetune::EvaluationUnit::Questions) {
        addSample(evaluationSeries("accuracy", phase, e.name), 0, e.accuracy);
        addSample(evaluationSeries("accuracy", "n", e.name), 0, double(e.n));
        for (const auto& [name, value] : e.metrics)
            addSample(evaluationSeries(name, phase, e.name), 0, value);
        return;
    }
    for (const auto& [name, value] : e.metrics)
        addSample("valid_" + name + "/" + e.name, e.step, value);
    if (e.unit == finetune::EvaluationUnit::Prompts)
        return;
    addSample("valid_loss/" + e.name, e.step, e.loss);
    if (e.phase != finetune::EvaluationPhase::Before)
        m_lastProgress.emplace_back("valid_loss", e.loss);
}

void JobEventRecorder::on(const finetune::CheckpointEvent& e) {
    m_jobs
        .addCheckpoint(m_job.id, {.id = core::randomId("ftckpt_"),
                                  .step = e.step,
                                  .modelId = m_job.modelId + ":" + m_job.id + ":ckpt-step-" +
                                             std::to_string(e.step),
                                  .metrics = core::dumpJson(toJson(m_lastProgress)),
                                  .createdAt = m_clock.unixSeconds()})
        .orThrow();
    message("info", "Checkpoint at step " + std::to_string(e.step));
}

void JobEventRecorder::on(const finetune::FinishedEvent& e) {
    m_finished = e;
    const json data = {{"trained_tokens", e.trained_tokens},
                       {"steps", e.steps},
                       {"published_step", e.published_step},
                       {"stop_reason", e.stop_reason},
                       {"seconds", e.seconds},
                       {"metrics", toJson(e.metrics)}};
    addEvent("info", "message",
             "Trained " + std::to_string(e.trained_tokens) + " tokens in " +
                 std::to_string(e.steps) + " steps and " + core::fixedText(e.seconds, 1) + " s" +
                 outcomeText(e),
             core::dumpJson(data));
}

void JobEventRecorder::on(const finetune::ProbedEvent&) {}  // of no job that is kept

void JobEventRecorder::on(const finetune::FailedEvent& e) {
    m_failed = e;
}

void JobEventRecorder::on(const finetune::VerifiedEvent& e) {
    const json data = {{"from_step", e.from_step},         {"to_step", e.to_step},
                       {"checkpoints", e.checkpoints},     {"equal", e.equal},
                       {"recorded_loss", e.recorded_loss}, {"replayed_loss", e.replayed_loss}};
    addEvent(e.equal ? "info" : "error", "message", finetune::verificationText(e),
             core::dumpJson(data));
}

void JobEventRecorder::on(const finetune::LogEvent& e) {
    message(e.level, e.message);
}

void JobEventRecorder::addEvent(const std::string& level, const std::string& type,
                                const std::string& message, const std::string& data) {
    m_jobs
        .addEvent(m_job.id, {.id = core::randomId("ftevent-"),
                             .level = level,
                             .type = type,
                             .message = message,
                             .data = data,
                             .createdAt = m_clock.unixSeconds()})
        .orThrow();
}

void JobEventRecorder::addSample(const std::string& series, int64_t step, double value) {
    if (std::isfinite(value))
        m_metrics.addSamples({{m_job.id, series, m_job.owner, step, m_clock.unixMillis(), value}});
}

}  // namespace hearth::app
