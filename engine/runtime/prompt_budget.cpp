#include "engine/runtime/prompt_budget.h"

#include <algorithm>

namespace hearth::engine {
namespace {

constexpr double kLeastShare = 0.25;
constexpr int64_t kHeadLayers = 2;  // what comes after the layers takes about as long as two

}  // namespace

double promptSeconds(std::chrono::milliseconds limit, double decodeSeconds) {
    const double seconds = std::chrono::duration<double>(limit).count();
    return std::max(seconds - decodeSeconds, seconds * kLeastShare);
}

PromptBudget::PromptBudget(std::chrono::milliseconds limit, double decodeSeconds, int64_t layers)
    : m_end(limit.count() > 0 ? decodeSeconds + promptSeconds(limit, decodeSeconds) : 0.0),
      m_decodeLayer(decodeSeconds / double(layers + kHeadLayers)),
      m_layers(layers) {}

bool PromptBudget::goesOn(int64_t layer, double seconds) {
    const bool first = m_last < 0.0;
    const double took = seconds - m_last;
    m_last = seconds;
    if (first || m_end == 0.0)
        return true;
    const double rest = m_decodeLayer * double(m_layers + kHeadLayers - layer - 1);
    return seconds + took + rest <= m_end;
}

}  // namespace hearth::engine
