// What the handlers that run models need.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "app/api/principal.h"
#include "app/services/serving/model_service.h"
#include "core/clock.h"

namespace hearth::app {

/// One finished generation, for accounts and metrics.
struct UsageRecord {
    std::string requestId;
    Principal principal;
    std::string model;
    int64_t promptTokens = 0;
    int64_t completionTokens = 0;
    int64_t milliseconds = 0;
    std::optional<int64_t> firstTokenMs;  // none: there was no token
};

struct ServingContext {
    ModelService& models;
    const core::Clock& clock;
    /// Called once a request, from the connection's thread. Must not throw.
    std::function<void(const UsageRecord&)> recordUsage;
};

}  // namespace hearth::app
