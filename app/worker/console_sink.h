// A job's events for a person at a terminal, or as JSON lines for a script.
#pragma once
#include <chrono>

#include "finetune/jobs/job_event.h"

namespace hearth::app {

class ConsoleSink : public finetune::EventSink {
public:
    explicit ConsoleSink(bool json) : m_json(json) {}
    /// Progress is shown once a second at most; as JSON, always.
    void emit(const finetune::JobEvent& event) override;
    /// Of the last event of a verification.
    bool verifiedEqual() const { return m_verifiedEqual; }

private:
    bool isDue(const finetune::ProgressEvent& event);

    bool m_json;
    bool m_verifiedEqual = false;
    std::chrono::steady_clock::time_point m_nextProgress{};
};

/// One line for a person.
std::string describeEvent(const finetune::JobEvent& event);

}  // namespace hearth::app
