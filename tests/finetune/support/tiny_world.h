// Everything a job needs, tiny and made on the spot: texts, chats, questions, a tokenizer
// trained on them, a model description. A job over it takes a second or two.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "finetune/jobs/run_job.h"
#include "tests/support/temp_dir.h"

namespace hearth::test {

/// Fails the test when there is no such metric.
double valueOf(const finetune::Metrics& metrics, const std::string& name);

class RecordingSink : public finetune::EventSink {
public:
    void emit(const finetune::JobEvent& event) override { events.push_back(event); }

    template <typename Event>
    std::vector<Event> all() const {
        std::vector<Event> found;
        for (const auto& event : events)
            if (const auto* match = std::get_if<Event>(&event))
                found.push_back(*match);
        return found;
    }
    /// Value of a metric of the finished event; fails the test when there is none.
    double metric(const std::string& name) const;

    std::vector<finetune::JobEvent> events;
};

class TinyWorld {
public:
    TinyWorld();

    std::string path(std::string_view name) const { return (m_dir / name).string(); }

    /// A pre-training job with a held-out set, of about `steps` steps.
    finetune::JobSpec pretrainSpec(const std::string& output, int64_t steps = 12) const;
    /// Fine-tuning of the model directory `base` on the chats.
    finetune::JobSpec sftSpec(const std::string& base, const std::string& output,
                              int64_t steps = 12) const;

    /// Preference optimisation of the model directory `base`: of two colours, the chats' one.
    finetune::JobSpec dpoSpec(const std::string& base, const std::string& output,
                              int64_t steps = 12) const;

    /// Reinforcement of the model directory `base`: the reward is 1 for the chats' colour.
    finetune::JobSpec grpoSpec(const std::string& base, const std::string& output,
                               int64_t steps = 12) const;

    /// Runs a job that has to succeed and returns what it reported.
    static RecordingSink run(const finetune::JobSpec& spec,
                             const finetune::JobKeys& keys = finetune::JobKeys());
    /// Runs a job that has to fail and to leave nothing, and returns why.
    static finetune::FailedEvent fail(const finetune::JobSpec& spec,
                                      const finetune::JobKeys& keys = finetune::JobKeys());
    /// A trained model directory, made once per world.
    std::string baseModel();
    /// One that has learned two answers to each question of the chats.
    std::string undecidedModel();

private:
    void writeFiles();

    TempDir m_dir;
};

/// The trained adapter of a finished job.
std::string adapterBytes(const finetune::JobSpec& spec);

}  // namespace hearth::test
