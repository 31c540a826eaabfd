#include "finetune/methods/training_speed.h"

#include <stdlib.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>

#include "core/file.h"
#include "finetune/jobs/process_memory.h"
#include "finetune/jobs/training_loop.h"
#include "finetune/model/counter_random.h"

namespace hearth::finetune {

namespace fs = std::filesystem;

namespace {

/// Where the loop keeps its journal; removed at the end.
class TemporaryDirectory {
public:
    static core::Result<TemporaryDirectory> create() {
        std::error_code code;
        std::string path = (fs::temp_directory_path(code) / "hearth-speed-XXXXXX").string();
        if (code || !mkdtemp(path.data()))
            return core::errnoError(code ? code.value() : errno, "create", path);
        return TemporaryDirectory(path);
    }
    TemporaryDirectory(TemporaryDirectory&& other) noexcept : m_path(std::move(other.m_path)) {
        other.m_path.clear();
    }
    ~TemporaryDirectory() {
        std::error_code ignored;
        if (!m_path.empty())
            fs::remove_all(m_path, ignored);
    }

    const fs::path& path() const { return m_path; }

private:
    explicit TemporaryDirectory(fs::path path) : m_path(std::move(path)) {}
    fs::path m_path;
};

/// When each step ended, and with which loss.
class StepClock : public EventSink {
public:
    void start() { m_last = Clock::now(); }

    void emit(const JobEvent& event) override {
        const auto* progress = std::get_if<ProgressEvent>(&event);
        if (!progress)
            return;
        const auto now = Clock::now();
        seconds.push_back(std::chrono::duration<double>(now - m_last).count());
        losses.push_back(progress->loss);
        m_last = now;
    }

    std::vector<double> seconds;
    std::vector<double> losses;

private:
    using Clock = std::chrono::steady_clock;
    Clock::time_point m_last;
};

core::Status check(const TrainingSpeedOptions& options, int64_t context) {
    const auto invalid = [](std::string message) {
        return core::Error{core::ErrorCode::InvalidArgument, std::move(message), {}};
    };
    if (options.steps < 1 || options.sequence < 1 || options.warmup < 0)
        return invalid("At least 1 step of sequences of at least 1 token is to be measured");
    if (options.sequence > options.batch_tokens)
        return invalid("A sequence of " + std::to_string(options.sequence) +
                       " tokens does not fit into a step of " +
                       std::to_string(options.batch_tokens));
    if (options.sequence > context)
        return invalid("A sequence of " + std::to_string(options.sequence) +
                       " tokens does not fit into the model's context of " +
                       std::to_string(context));
    return {};
}

JobSpec jobSpec(const TrainingSpeedOptions& options) {
    JobSpec spec;
    Hyperparameters& settings = spec.hyperparameters;
    settings.max_steps = options.warmup + options.steps;
    settings.batch_tokens = options.batch_tokens;
    settings.max_seq_len = options.sequence;
    settings.learning_rate = options.learning_rate;
    settings.min_lr_ratio = 1.0;
    settings.warmup_ratio = 0.0;
    settings.checkpoint_every = 0;
    return spec;
}

double median(std::vector<double> values) {
    std::ranges::sort(values);
    const size_t half = values.size() / 2;
    return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

}  // namespace

TokenizedDataset randomTokens(const TrainingSpeedOptions& options, int64_t vocabulary) {
    const CounterRandom random(options.seed, "tokens");
    TokenizedDataset dataset;
    uint64_t index = 0;
    for (int64_t s = 0; s < options.batch_tokens / options.sequence; ++s) {
        std::vector<int32_t> ids;
        for (int64_t i = 0; i <= options.sequence; ++i)
            ids.push_back(int32_t(random.bits(index++) % uint64_t(vocabulary)));
        TokenizedExample example{.ids = ids, .labels = {ids.begin() + 1, ids.end()}};
        example.ids.pop_back();
        dataset.examples.push_back(std::move(example));
    }
    return dataset;
}

core::Result<TrainingSpeed> measureTrainingSpeed(TrainableModel& model,
                                                 const TrainingSpeedOptions& options) {
    CORE_TRY(check(options, model.config().max_position_embeddings));
    CORE_ASSIGN(const TemporaryDirectory directory, TemporaryDirectory::create());
    const TokenizedDataset dataset = randomTokens(options, model.config().vocab_size);
    const auto objective = likelihoodObjective(model, dataset);
    CheckpointStore checkpoints(directory.path(), nullptr);
    const JobSpec spec = jobSpec(options);
    const JobKeys keys;
    const std::atomic<bool> cancel = false;
    StepClock clock;
    const JobContext context{spec, keys, clock, cancel};
    TrainingLoop loop(context, model, *objective, checkpoints, "speed");

    releaseFreedMemory();
    restartPeak();
    const int64_t held = residentBytes() - residentFileBytes();
    clock.start();
    CORE_TRY(loop.run([](int64_t) { return std::optional<double>(); }));

    TrainingSpeed speed{.step_tokens = dataset.tokens(),
                        .step_seconds = std::move(clock.seconds),
                        .losses = std::move(clock.losses),
                        .trainable_parameters = model.trained().size(),
                        .total_parameters = model.parameterCount(),
                        .peak_bytes = peakResidentBytes()};
    speed.seconds_per_step =
        median({speed.step_seconds.begin() + options.warmup, speed.step_seconds.end()});
    speed.tokens_per_second = double(speed.step_tokens) / speed.seconds_per_step;
    speed.activation_bytes = speed.peak_bytes - residentFileBytes() - held;
    return speed;
}

}  // namespace hearth::finetune
