#include "finetune/jobs/job_event.h"

#include "core/json.h"
#include "core/number_text.h"
#include "finetune/jobs/json_fields.h"

namespace hearth::finetune {

namespace {

const EnumNames<EvaluationPhase> kPhases = {{EvaluationPhase::Before, "before"},
                                            {EvaluationPhase::During, "during"},
                                            {EvaluationPhase::After, "after"}};
const EnumNames<EvaluationUnit> kUnits = {{EvaluationUnit::Tokens, "tokens"},
                                          {EvaluationUnit::Questions, "questions"},
                                          {EvaluationUnit::Pairs, "pairs"},
                                          {EvaluationUnit::Prompts, "prompts"}};
constexpr Range<int64_t> kCount{0, std::numeric_limits<int64_t>::max()};
constexpr Range<double> kAny{};

}  // namespace

// Found by argument-dependent lookup, hence outside the unnamed namespace.

template <typename Walker>
static void describe(Walker& walker, StartedEvent& event) {
    walker.field("method", event.method);
    walker.field("total_steps", event.total_steps, kCount);
    walker.field("resumed_step", event.resumed_step, kCount);
    walker.field("examples", event.examples, kCount);
    walker.field("truncated_examples", event.truncated_examples, kCount);
    walker.field("trainable_parameters", event.trainable_parameters, kCount);
    walker.field("total_parameters", event.total_parameters, kCount);
    walker.field("planned_bytes", event.planned_bytes, kCount);
    walker.field("precision", event.precision);
}

template <typename Walker>
static void describe(Walker& walker, LayerHealth& health) {
    walker.field("layer", health.layer, kCount);
    walker.field("load", health.load, kAny);
    walker.field("entropy", health.entropy, kAny);
    walker.field("dead", health.dead, kCount);
    walker.field("drift", health.drift, kAny);
}

template <typename Walker>
static void describe(Walker& walker, ProgressEvent& event) {
    walker.field("step", event.step, kCount);
    walker.field("total_steps", event.total_steps, kCount);
    walker.field("epoch", event.epoch, kAny);
    walker.field("loss", event.loss, kAny);
    walker.field("token_accuracy", event.token_accuracy, kAny);
    walker.field("learning_rate", event.learning_rate, kAny);
    walker.field("gradient_norm", event.gradient_norm, kAny);
    walker.field("tokens", event.tokens, kCount);
    walker.field("tokens_per_second", event.tokens_per_second, kAny);
    walker.field("eta_seconds", event.eta_seconds, kAny);
    walker.field("resident_bytes", event.resident_bytes, kCount);
    walker.field("metrics", event.metrics);
    walker.list("experts", event.experts);
}

template <typename Walker>
static void describe(Walker& walker, EvaluationEvent& event) {
    walker.field("name", event.name);
    walker.choice("phase", event.phase, kPhases);
    walker.field("step", event.step, kCount);
    walker.choice("unit", event.unit, kUnits);
    walker.field("n", event.n, kCount);
    walker.field("loss", event.loss, kAny);
    walker.field("accuracy", event.accuracy, kAny);
    walker.field("metrics", event.metrics);
}

template <typename Walker>
static void describe(Walker& walker, CheckpointEvent& event) {
    walker.field("step", event.step, kCount);
    walker.field("path", event.path);
    walker.field("metrics", event.metrics);
}

template <typename Walker>
static void describe(Walker& walker, FinishedEvent& event) {
    walker.field("output_path", event.output_path);
    walker.field("trained_tokens", event.trained_tokens, kCount);
    walker.field("steps", event.steps, kCount);
    walker.field("published_step", event.published_step, kCount);
    walker.field("stop_reason", event.stop_reason);
    walker.field("seconds", event.seconds, kAny);
    walker.field("metrics", event.metrics);
}

template <typename Walker>
static void describe(Walker& walker, FailedEvent& event) {
    walker.field("code", event.code);
    walker.field("message", event.message);
}

template <typename Walker>
static void describe(Walker& walker, VerifiedEvent& event) {
    walker.field("from_step", event.from_step, kCount);
    walker.field("to_step", event.to_step, kCount);
    walker.field("checkpoints", event.checkpoints, kCount);
    walker.field("equal", event.equal);
    walker.field("recorded_loss", event.recorded_loss, kAny);
    walker.field("replayed_loss", event.replayed_loss, kAny);
    walker.field("recorded_gradient_norm", event.recorded_gradient_norm, kAny);
    walker.field("replayed_gradient_norm", event.replayed_gradient_norm, kAny);
    walker.field("tensor", event.tensor);
}

template <typename Walker>
static void describe(Walker& walker, ProbedEvent& event) {
    walker.field("steps", event.steps, kCount);
    walker.field("total_steps", event.total_steps, kCount);
    walker.field("seconds_per_step", event.seconds_per_step, kAny);
    walker.field("seconds", event.seconds, kAny);
    walker.field("tokens_per_second", event.tokens_per_second, kAny);
    walker.field("planned_bytes", event.planned_bytes, kCount);
    walker.field("peak_bytes", event.peak_bytes, kCount);
}

template <typename Walker>
static void describe(Walker& walker, LogEvent& event) {
    walker.field("level", event.level);
    walker.field("message", event.message);
}

namespace {

// In the order of JobEvent's alternatives.
constexpr std::array<const char*, std::variant_size_v<JobEvent>> kEventNames = {
    "started", "progress", "evaluation", "checkpoint", "finished",
    "failed",  "verified", "probed",     "log"};

template <size_t kIndex = 0>
core::Result<JobEvent> readAs(const std::string& name, JsonReader& reader) {
    if constexpr (kIndex < kEventNames.size()) {
        if (name != kEventNames[kIndex])
            return readAs<kIndex + 1>(name, reader);
        std::variant_alternative_t<kIndex, JobEvent> event;
        describe(reader, event);
        CORE_TRY(reader.finish());
        return JobEvent(std::move(event));
    } else {
        return core::Error{core::ErrorCode::DataCorrupt, "unknown event '" + name + "'", {}};
    }
}

}  // namespace

std::string progressText(const ProgressEvent& event) {
    for (const auto& [name, value] : event.metrics)
        if (name == "reward")
            return "reward " + core::fixedText(value, 3);
    return "loss " + core::fixedText(event.loss, 4);
}

std::string resultText(const EvaluationEvent& event) {
    const std::string loss = "loss " + core::fixedText(event.loss, 4) + ", ";
    const std::string share = core::fixedText(100.0 * event.accuracy, 1) + " %";
    const std::string n = std::to_string(event.n);
    switch (event.unit) {
        case EvaluationUnit::Questions:
            return share + " of " + n + " questions answered right";
        case EvaluationUnit::Pairs:
            return loss + share + " of " + n + " pairs in the right order";
        case EvaluationUnit::Prompts:
            return "reward " + core::fixedText(event.accuracy, 4) + " over " + n + " prompts";
        case EvaluationUnit::Tokens:
            break;
    }
    return loss + "accuracy " + share + " over " + n + " tokens";
}

std::string writeJobEvent(const JobEvent& event) {
    JsonWriter writer;
    writer.field("event", kEventNames[event.index()]);
    std::visit(
        [&](const auto& value) {
            auto copy = value;
            describe(writer, copy);
        },
        event);
    return writer.take().dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

core::Result<JobEvent> parseJobEvent(const std::string& line) {
    CORE_ASSIGN(const nlohmann::json document, core::parseJson(line, "job event"));
    JsonReader reader(document, "");
    std::string name;
    reader.field("event", name);
    auto event = readAs(name, reader);
    if (!event)
        return core::Error{core::ErrorCode::DataCorrupt, event.error().message, "job event"};
    return event;
}

}  // namespace hearth::finetune
