#include "app/worker/console_sink.h"

#include <cstdarg>
#include <cstdio>

#include "finetune/jobs/replay.h"

namespace hearth::app {

namespace {

using namespace finetune;

[[gnu::format(printf, 1, 2)]] std::string format(const char* pattern, ...) {
    char text[512];
    va_list arguments;
    va_start(arguments, pattern);
    std::vsnprintf(text, sizeof text, pattern, arguments);
    va_end(arguments);
    return text;
}

std::string duration(double seconds) {
    const auto whole = static_cast<long long>(seconds + 0.5);
    if (whole < 60)
        return format("%lld s", whole);
    if (whole < 3600)
        return format("%lld min %02lld s", whole / 60, whole % 60);
    return format("%lld h %02lld min", whole / 3600, whole / 60 % 60);
}

std::string metricsText(const Metrics& metrics) {
    std::string text;
    for (const auto& [name, value] : metrics)
        text += format("\n  %-32s %.4g", name.c_str(), value);
    return text;
}

struct Describe {
    std::string operator()(const StartedEvent& e) const {
        const std::string resumed =
            e.resumed_step > 0 ? format(", continuing after step %lld", (long long)e.resumed_step)
                               : "";
        const std::string memory =
            e.planned_bytes > 0 ? format(", %.2f GB planned", double(e.planned_bytes) / 1e9) : "";
        return format("%s: %lld examples, %lld steps, %lld of %lld parameters trained",
                      e.method.c_str(), (long long)e.examples, (long long)e.total_steps,
                      (long long)e.trainable_parameters, (long long)e.total_parameters) +
               memory + (e.precision == "bf16" ? ", operands in BF16" : "") + resumed;
    }
    std::string operator()(const ProgressEvent& e) const {
        return format(
            "step %lld/%lld  %s  accuracy %.1f %%  lr %.2e  norm %.2f  "
            "%.0f tokens/s  %s left",
            (long long)e.step, (long long)e.total_steps, progressText(e).c_str(),
            100.0 * e.token_accuracy, e.learning_rate, e.gradient_norm, e.tokens_per_second,
            duration(e.eta_seconds).c_str());
    }
    std::string operator()(const EvaluationEvent& e) const {
        const char* phase = e.phase == EvaluationPhase::Before  ? "before"
                            : e.phase == EvaluationPhase::After ? "after"
                                                                : "at";
        const std::string when =
            e.phase == EvaluationPhase::During ? format("at step %lld", (long long)e.step) : phase;
        return e.name + " " + when + ": " + resultText(e);
    }
    std::string operator()(const CheckpointEvent& e) const {
        return format("checkpoint after step %lld: ", (long long)e.step) + e.path;
    }
    std::string operator()(const FinishedEvent& e) const {
        return "done: " + e.output_path +
               format(" (%lld tokens, %s)", (long long)e.trained_tokens,
                      duration(e.seconds).c_str()) +
               metricsText(e.metrics);
    }
    std::string operator()(const FailedEvent& e) const {
        return "failed (" + e.code + "): " + e.message;
    }
    std::string operator()(const VerifiedEvent& e) const { return finetune::verificationText(e); }
    std::string operator()(const ProbedEvent& e) const {
        return format("%lld steps: %.2f s a step, %.0f tokens/s; all %lld steps take about ",
                      (long long)e.steps, e.seconds_per_step, e.tokens_per_second,
                      (long long)e.total_steps) +
               duration(e.seconds) +
               format(" and %.2f GB of memory (these took %.2f GB)", double(e.planned_bytes) / 1e9,
                      double(e.peak_bytes) / 1e9);
    }
    std::string operator()(const LogEvent& e) const {
        return e.level == "info" ? e.message : e.level + ": " + e.message;
    }
};

}  // namespace

std::string describeEvent(const JobEvent& event) {
    return std::visit(Describe{}, event);
}

void ConsoleSink::emit(const JobEvent& event) {
    if (const auto* verified = std::get_if<VerifiedEvent>(&event))
        m_verifiedEqual = verified->equal;
    const auto* progress = std::get_if<ProgressEvent>(&event);
    if (!m_json && progress && !isDue(*progress))
        return;
    const std::string line = m_json ? writeJobEvent(event) : describeEvent(event);
    std::fprintf(stdout, "%s\n", line.c_str());
    std::fflush(stdout);
}

bool ConsoleSink::isDue(const ProgressEvent& event) {
    const auto now = std::chrono::steady_clock::now();
    if (now < m_nextProgress && event.step != event.total_steps)
        return false;
    m_nextProgress = now + std::chrono::seconds(1);
    return true;
}

}  // namespace hearth::app
