// How an import stands, as people watch it.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "app/services/models/model_library.h"
#include "core/result.h"

namespace hearth::app {

enum class ImportStatus {
    Queued,
    Verifying,
    Copying,
    Packing,
    Measuring,
    Checking,
    Succeeded,
    Failed,
    Cancelled
};
const char* importStatusName(ImportStatus status);  // as the API says it
bool isFinal(ImportStatus status);
/// Of an import that is at work.
ImportStatus statusOf(ImportStage stage);

/// How an import stands.
struct ImportState {
    std::string id;
    ImportRequest request;
    ImportStatus status = ImportStatus::Queued;
    double progress = 0;     // of the stage that the status names, 0 to 1
    int64_t bytesDone = 0;   // of that stage; 0 where it does not count in bytes
    int64_t bytesTotal = 0;  // when it has succeeded, those of the model's files
    int64_t bytesPerSecond = 0;
    std::optional<int64_t> secondsLeft;  // of the stage
    int64_t createdAt = 0;
    std::optional<int64_t> finishedAt;
    std::optional<core::Error> error;
};

/// Adds what the stage has done, and returns the stage.
ImportStage addProgress(const ImportProgress& progress, ImportState& state);

/// How fast a stage goes on: from where somebody first saw it. That is soon enough after it began,
/// and what an interrupted import had done before does not make it look faster.
class ImportRate {
public:
    using Time = std::chrono::steady_clock::time_point;

    void begin(Time now) { m_since = now; }
    void addTo(ImportState& state, ImportStage stage, Time now);

private:
    ImportStage m_stage = ImportStage::Verifying;
    int64_t m_done = 0;  // at m_since
    Time m_since;
};

}  // namespace hearth::app
