// What a running job reports. On a socket or in a file an event is one JSON line.
#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/result.h"

namespace hearth::finetune {

/// Name and value, in the order in which they are shown.
using Metrics = std::vector<std::pair<std::string, double>>;

struct StartedEvent {
    std::string method;
    int64_t total_steps = 0;
    int64_t resumed_step = 0;  // 0: from the beginning
    int64_t examples = 0;
    int64_t truncated_examples = 0;
    int64_t trainable_parameters = 0;
    int64_t total_parameters = 0;
    int64_t planned_bytes = 0;  // JobPlan::needed
    std::string precision;      // of the large products' operands: f32 or bf16
};

/// Of the routers of one layer (finetune/jobs/expert_health.h).
struct LayerHealth {
    int64_t layer = 0;
    double load = 0.0;     // of the busiest expert lately, in even shares: 1 to the experts' number
    double entropy = 0.0;  // of the router's distribution in this step: 0 (certain) to 1 (even)
    int64_t dead = 0;      // experts that lately got (almost) no tokens
    double drift = 0.0;    // share of a sample's choices that are not the base's: 0 to 1
};

struct ProgressEvent {
    int64_t step = 0;
    int64_t total_steps = 0;
    double epoch = 0.0;
    double loss = 0.0;            // nats per target token of this step
    double token_accuracy = 0.0;  // share of target tokens that were the likeliest
    double learning_rate = 0.0;
    double gradient_norm = 0.0;
    int64_t tokens = 0;  // trained so far, over all runs of the job
    double tokens_per_second = 0.0;
    double eta_seconds = 0.0;
    int64_t resident_bytes = 0;  // memory of the process
    Metrics metrics;             // what else the method reports of this step
    std::vector<LayerHealth> experts;
};

enum class EvaluationPhase { Before, During, After };

/// What an evaluation counts.
enum class EvaluationUnit {
    Tokens,     // targets of a data set: nats a token, share that was the likeliest
    Questions,  // share answered right
    Pairs,      // of preferences: loss a pair, share with the greater reward on the chosen answer
    Prompts,    // accuracy is the mean reward of greedy answers
};

struct EvaluationEvent {
    std::string name;
    EvaluationPhase phase = EvaluationPhase::Before;
    int64_t step = 0;
    EvaluationUnit unit = EvaluationUnit::Tokens;
    int64_t n = 0;  // units
    double loss = 0.0;
    double accuracy = 0.0;
    Metrics metrics;  // what else the method reports
};

struct CheckpointEvent {
    int64_t step = 0;
    std::string path;
    Metrics metrics;
};

struct FinishedEvent {
    std::string output_path;
    int64_t trained_tokens = 0;
    int64_t steps = 0;
    int64_t published_step = 0;  // whose weights are the result
    std::string stop_reason;     // completed, early_stopping; empty: nothing was trained
    double seconds = 0.0;
    Metrics metrics;
};

/// The last event of a job that did not succeed; code is core::errorCodeName's, "cancelled"
/// when somebody stopped it. A checkpoint may be left to resume from.
struct FailedEvent {
    std::string code;
    std::string message;
};

/// The last event of a verification that came to its end: recorded steps that were trained again.
struct VerifiedEvent {
    int64_t from_step = 0;    // of the checkpoint; 0: the beginning
    int64_t to_step = 0;      // the last one that was trained again
    int64_t checkpoints = 0;  // later ones whose state was compared as well
    bool equal = false;       // in every bit
    // Of to_step, the first that differs.
    double recorded_loss = 0.0;
    double replayed_loss = 0.0;
    double recorded_gradient_norm = 0.0;
    double replayed_gradient_norm = 0.0;
    std::string tensor;  // of to_step's checkpoint, that differs
};

/// What a job would take, by its first steps.
struct ProbedEvent {
    int64_t steps = 0;  // that were trained
    int64_t total_steps = 0;
    double seconds_per_step = 0.0;  // median, without the first one, which warms up
    double seconds = 0.0;           // of all steps; evaluations and checkpoints come on top
    double tokens_per_second = 0.0;
    int64_t planned_bytes = 0;  // as of StartedEvent
    int64_t peak_bytes = 0;     // that this process really held
};

struct LogEvent {
    std::string level;  // info, warn, error
    std::string message;
};

using JobEvent = std::variant<StartedEvent, ProgressEvent, EvaluationEvent, CheckpointEvent,
                              FinishedEvent, FailedEvent, VerifiedEvent, ProbedEvent, LogEvent>;

/// Where a job's events go. Called from the job's thread only.
class EventSink {
public:
    virtual ~EventSink() = default;
    virtual void emit(const JobEvent& event) = 0;
};

/// The number that tells how a step went: "loss 1.2345", or "reward 0.123" where answers are
/// rewarded, as the loss is about zero then.
std::string progressText(const ProgressEvent& event);
/// "loss 1.2345, accuracy 56.7 % over 890 tokens".
std::string resultText(const EvaluationEvent& event);
/// One line without the newline: {"event": "progress", ...}.
std::string writeJobEvent(const JobEvent& event);
/// Errors: DataCorrupt.
core::Result<JobEvent> parseJobEvent(const std::string& line);

}  // namespace hearth::finetune
