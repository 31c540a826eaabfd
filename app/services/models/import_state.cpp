#include "app/services/models/import_state.h"

#include <algorithm>

namespace hearth::app {

const char* importStatusName(ImportStatus status) {
    switch (status) {
        case ImportStatus::Queued:
            return "queued";
        case ImportStatus::Verifying:
            return "verifying";
        case ImportStatus::Copying:
            return "copying";
        case ImportStatus::Packing:
            return "packing";
        case ImportStatus::Measuring:
            return "measuring";
        case ImportStatus::Checking:
            return "checking";
        case ImportStatus::Succeeded:
            return "succeeded";
        case ImportStatus::Failed:
            return "failed";
        case ImportStatus::Cancelled:
            break;
    }
    return "cancelled";
}

bool isFinal(ImportStatus status) {
    return status == ImportStatus::Succeeded || status == ImportStatus::Failed ||
           status == ImportStatus::Cancelled;
}

ImportStatus statusOf(ImportStage stage) {
    switch (stage) {
        case ImportStage::Verifying:
            return ImportStatus::Verifying;
        case ImportStage::Copying:
            return ImportStatus::Copying;
        case ImportStage::Packing:
            return ImportStatus::Packing;
        case ImportStage::Measuring:
            return ImportStatus::Measuring;
        case ImportStage::Checking:
            break;
    }
    return ImportStatus::Checking;
}

ImportStage addProgress(const ImportProgress& progress, ImportState& state) {
    const ImportStage stage = progress.stage;
    const int64_t done = progress.done;
    const int64_t total = progress.total;
    state.progress = total > 0 ? std::min(1.0, double(done) / double(total)) : 0;
    if (stage != ImportStage::Measuring) {
        state.bytesDone = done;
        state.bytesTotal = total;
    }
    return stage;
}

void ImportRate::addTo(ImportState& state, ImportStage stage, Time now) {
    if (stage != m_stage || state.bytesDone < m_done) {
        m_stage = stage;
        m_done = state.bytesDone;
        m_since = now;
    }
    const double seconds = std::chrono::duration<double>(now - m_since).count();
    if (seconds > 0)
        state.bytesPerSecond = int64_t(double(state.bytesDone - m_done) / seconds);
    if (state.bytesPerSecond > 0)
        state.secondsLeft =
            std::max<int64_t>(0, state.bytesTotal - state.bytesDone) / state.bytesPerSecond;
}

}  // namespace hearth::app
