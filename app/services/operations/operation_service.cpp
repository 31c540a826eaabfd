#include "app/services/operations/operation_service.h"

#include <thread>

#include "app/services/accounts/scope_of.h"
#include "core/crypto/random.h"
#include "core/log.h"

namespace hearth::app {

using core::ErrorCode;
using storage::OperationKind;
using storage::OperationRow;
using storage::OperationStatus;

/// But for progress, guarded by the service's mutex.
struct OperationService::Running {
    OperationRow row;
    OperationProgress progress;
    bool cancelled = false;  // by somebody, not by the node's end
    std::thread thread;
};

namespace {

core::Error nodeEnded() {
    return {ErrorCode::Unavailable,
            "the node stopped while it ran, and nothing of it was kept; start it again", ""};
}

core::Result<std::string> attempt(const OperationService::Work& work, OperationProgress& progress) {
    try {
        return work(progress);
    } catch (const core::Exception& e) {
        return e.error();
    } catch (const std::exception& e) {
        return core::Error{ErrorCode::Internal, e.what(), ""};
    }
}

}  // namespace

void OperationProgress::show(const std::string& stage, int64_t done, int64_t total) {
    std::lock_guard lock(m_mutex);
    m_state = {stage, done, total};
}

OperationProgress::State OperationProgress::state() const {
    std::lock_guard lock(m_mutex);
    return m_state;
}

OperationService::OperationService(storage::Connection& control, const core::Clock& clock)
    : m_clock(clock), m_rows(control) {}

OperationService::~OperationService() {
    stop();
}

void OperationService::recover() {
    if (const int64_t failed = m_rows.failRunning(nodeEnded(), m_clock.unixSeconds()); failed > 0)
        core::logWarn("operations ended with the node", {{"count", failed}});
}

core::Result<OperationState> OperationService::begin(const storage::Owner& owner,
                                                     OperationKind kind, const std::string& subject,
                                                     Work work) {
    std::lock_guard lock(m_mutex);
    if (m_stopping)
        return core::Error{ErrorCode::Unavailable, "the node is stopping", ""};
    std::unique_ptr<Running>& slot = m_running[kind];
    if (slot && slot->row.status == OperationStatus::Running)
        return core::Error{ErrorCode::Conflict,
                           std::string("another ") + operationKindName(kind) + " runs (" +
                               slot->row.id + "); one is made at a time",
                           ""};
    if (slot)
        slot->thread.join();  // its last act was to end
    auto running = std::make_unique<Running>();
    running->row = {.id = core::randomId("op-"),
                    .owner = owner,
                    .kind = kind,
                    .subject = subject,
                    .createdAt = m_clock.unixSeconds()};
    CORE_TRY(m_rows.create(running->row));
    const OperationState begun{running->row, {}};
    slot = std::move(running);
    slot->thread =
        std::thread([this, running = slot.get(), work = std::move(work)] { run(*running, work); });
    return begun;
}

void OperationService::run(Running& running, const Work& work) {
    const core::Result<std::string> outcome = attempt(work, running.progress);
    std::lock_guard lock(m_mutex);
    OperationRow row = running.row;
    row.finishedAt = m_clock.unixSeconds();
    const bool ended = !outcome && outcome.error().code == ErrorCode::Cancelled;
    if (outcome) {
        row.status = OperationStatus::Succeeded;
        row.result = *outcome;
    } else if (ended && running.cancelled) {
        row.status = OperationStatus::Cancelled;
        row.error = core::Error{ErrorCode::Cancelled, "it was cancelled", ""};
    } else {
        row.status = OperationStatus::Failed;
        row.error = ended && m_stopping ? nodeEnded() : outcome.error();
    }
    store(row);
    running.row = std::move(row);
}

void OperationService::store(const OperationRow& row) {
    try {
        m_rows.finish(row).orThrow();
        m_rows.forgetOld(row.kind, kKept);
    } catch (const core::Exception& e) {
        core::logError("the outcome of " + row.id + " is lost with this node's end", e.error());
    }
}

OperationState OperationService::stateOf(OperationRow row) const {
    std::lock_guard lock(m_mutex);
    const auto running = m_running.find(row.kind);
    if (running == m_running.end() || running->second->row.id != row.id)
        return {std::move(row), {}};
    return {running->second->row, running->second->progress.state()};
}

core::Result<OperationState> OperationService::find(const Principal& principal,
                                                    const std::string& id) {
    auto row = m_rows.find(scopeOf(principal), id);
    if (!row)
        return core::Error{ErrorCode::NotFound, "there is no operation '" + id + "'",
                           "operation_id"};
    return stateOf(std::move(*row));
}

storage::Listed<OperationState> OperationService::list(const Principal& principal,
                                                       const storage::Page& page) {
    auto rows = m_rows.list(scopeOf(principal), page);
    storage::Listed<OperationState> states{.items = {}, .hasMore = rows.hasMore};
    for (OperationRow& row : rows.items)
        states.items.push_back(stateOf(std::move(row)));
    return states;
}

std::optional<OperationState> OperationService::last(OperationKind kind,
                                                     const std::string& subject) {
    auto row = m_rows.last(kind, subject);
    return row ? std::optional(stateOf(std::move(*row))) : std::nullopt;
}

core::Result<OperationState> OperationService::cancel(const Principal& principal,
                                                      const std::string& id) {
    CORE_ASSIGN(const OperationState state, find(principal, id));
    std::lock_guard lock(m_mutex);
    const auto running = m_running.find(state.row.kind);
    if (running == m_running.end() || running->second->row.id != id ||
        running->second->row.status != OperationStatus::Running)
        return core::Error{ErrorCode::Conflict,
                           std::string("the operation has ended already: ") +
                               operationStatusName(state.row.status),
                           "operation_id"};
    running->second->cancelled = true;
    running->second->progress.cancel = true;
    return OperationState{running->second->row, running->second->progress.state()};
}

void OperationService::stop() {
    {
        std::lock_guard lock(m_mutex);
        m_stopping = true;
        for (const auto& [kind, operation] : m_running)
            operation->progress.cancel = true;
    }
    // No other begins any more, so that nobody else touches the map's entries.
    for (const auto& [kind, operation] : m_running)
        if (operation->thread.joinable())
            operation->thread.join();
}

}  // namespace hearth::app
