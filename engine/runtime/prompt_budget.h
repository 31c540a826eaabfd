// How much of a step with decodes prompt tokens may take.
#pragma once
#include <chrono>
#include <cstdint>

namespace hearth::engine {

/// What decodes leave of a limit, but a quarter of it at least, so that prompts get on where
/// decodes alone take longer.
double promptSeconds(std::chrono::milliseconds limit, double decodeSeconds);

/// Decides layer by layer how far prompt tokens go in a step: while one more layer, as long as the
/// last one took, and what decodes have to do afterwards leave the step within its time.
class PromptBudget {
public:
    /// limit: 0 for none. decodeSeconds: of a step without prompt tokens.
    PromptBudget(std::chrono::milliseconds limit, double decodeSeconds, int64_t layers);

    /// For PromptPass::goes_on, with the seconds since the step began. The first layer always runs.
    bool goesOn(int64_t layer, double seconds);

private:
    double m_end;  // of the step, in seconds; 0: no limit
    double m_decodeLayer;
    int64_t m_layers;
    double m_last = -1.0;  // when the last layer with prompt tokens began
};

}  // namespace hearth::engine
