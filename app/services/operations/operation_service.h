// Work that a request starts and the node does in the background: probes, verifications, merges. It
// goes on when whoever asked for it leaves; its outcome is kept in the tables.
#pragma once
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "app/api/principal.h"
#include "core/clock.h"
#include "core/result.h"
#include "storage/operation_repository.h"
#include "storage/sqlite/connection.h"

namespace hearth::app {

/// What an operation tells and is told while it runs. Safe from any thread.
class OperationProgress {
public:
    struct State {
        std::string stage;  // what it does now, in a word
        int64_t done = 0;   // of the stage
        int64_t total = 0;
    };
    void show(const std::string& stage, int64_t done, int64_t total);
    State state() const;

    std::atomic<bool> cancel = false;  // asks it to end

private:
    mutable std::mutex m_mutex;  // guards m_state
    State m_state;
};

struct OperationState {
    storage::OperationRow row;
    OperationProgress::State progress;  // of one that runs
};

/// Threading: every method may be called from any thread.
class OperationService {
public:
    /// What an operation does, in a thread of its own; gives its result as JSON. Cancelled when
    /// progress.cancel ended it.
    using Work = std::function<core::Result<std::string>(OperationProgress& progress)>;
    /// So many of each kind are remembered, and the newest of each subject.
    static constexpr int64_t kKept = 100;

    OperationService(storage::Connection& control, const core::Clock& clock);
    ~OperationService();
    OperationService(const OperationService&) = delete;
    OperationService& operator=(const OperationService&) = delete;

    /// Before the first begin(): what ran when the node ended has failed, and says so.
    void recover();
    /// Starts an operation and returns at once. Errors: Conflict while one of its kind runs;
    /// Unavailable when the node stops.
    core::Result<OperationState> begin(const storage::Owner& owner, storage::OperationKind kind,
                                       const std::string& subject, Work work);
    /// Errors: NotFound.
    core::Result<OperationState> find(const Principal& principal, const std::string& id);
    storage::Listed<OperationState> list(const Principal& principal, const storage::Page& page);
    /// The newest of a kind about the subject.
    std::optional<OperationState> last(storage::OperationKind kind, const std::string& subject);
    /// Ends it soon. Errors: NotFound; Conflict when it has ended.
    core::Result<OperationState> cancel(const Principal& principal, const std::string& id);
    /// Ends all that run and starts none any more.
    void stop();

private:
    struct Running;
    void run(Running& running, const Work& work);
    void store(const storage::OperationRow& row);
    OperationState stateOf(storage::OperationRow row) const;

    const core::Clock& m_clock;
    storage::OperationRepository m_rows;
    mutable std::mutex m_mutex;                                            // guards what follows
    std::map<storage::OperationKind, std::unique_ptr<Running>> m_running;  // the last of each kind
    bool m_stopping = false;
};

}  // namespace hearth::app
