// One node: its services, wired. hearthd runs one; tests run one in their own process.
#pragma once
#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>

#include "app/api/dispatcher.h"
#include "app/api/http/server.h"
#include "app/services/accounts/account_service.h"
#include "app/services/datasets/dataset_service.h"
#include "app/services/datasets/lineage_service.h"
#include "app/services/files/file_service.h"
#include "app/services/jobs/job_service.h"
#include "app/services/jobs/schedule_service.h"
#include "app/services/jobs/ticker.h"
#include "app/services/models/import_service.h"
#include "app/services/models/model_inspector.h"
#include "app/services/models/model_library.h"
#include "app/services/node/alarm_service.h"
#include "app/services/node/audit_log.h"
#include "app/services/node/node_sampler.h"
#include "app/services/node/usage_log.h"
#include "app/services/serving/model_service.h"
#include "app/services/serving/serving_context.h"
#include "storage/data_directory.h"

namespace hearth::app {

struct NodeOptions {
    std::filesystem::path workerProgram;
    const core::Clock* clock = &core::SystemClock::instance();  // outlives the node
};

/// Threading: start and stop from one thread; the rest from any.
class Node {
public:
    /// Opens the data directory, loads its models and listens. Errors: those of
    /// DataDirectory::open (another process holds it) and Server::start (the port is taken).
    static core::Result<std::unique_ptr<Node>> start(const std::filesystem::path& dataDirectory,
                                                     const NodeOptions& options);
    /// Stops listening, lets answers finish, stops workers with a checkpoint.
    ~Node();

    uint16_t port() const { return m_server->port(); }
    storage::DataDirectory& data() { return *m_data; }
    AccountService& accounts() { return m_accounts; }
    FileService& files() { return m_files; }
    DatasetService& datasets() { return m_datasets; }
    LineageService& lineage() { return m_lineage; }
    OperationService& operations() { return m_operations; }
    JobService& jobs() { return m_jobs; }
    ScheduleService& schedules() { return m_schedules; }
    ModelLibrary& library() { return m_library; }
    ImportService& imports() { return m_imports; }
    ModelInspector& inspector() { return m_inspector; }
    ModelService& models() { return m_models; }
    AlarmService& alarms() { return m_alarms; }
    NodeSampler& sampler() { return m_sampler; }
    const ServingContext& serving() const { return m_serving; }
    std::filesystem::path logFile() const { return logFileOf(*m_data); }
    const core::Clock& clock() const { return m_clock; }

    /// True once models are loaded and jobs may run.
    bool ready() const { return m_ready; }
    int64_t startedAt() const { return m_startedAt; }

    /// Asks whoever waits in waitForStop to go on; safe in any handler.
    void requestStop();
    void waitForStop();

private:
    Node(std::unique_ptr<storage::DataDirectory> data, const NodeOptions& options);
    static std::filesystem::path logFileOf(const storage::DataDirectory& data) {
        return data.paths().logs() / "hearthd.log";
    }
    core::Status listen();
    void startCalendar();

    const core::Clock& m_clock;
    std::unique_ptr<storage::DataDirectory> m_data;
    ModelService m_models;
    ModelLibrary m_library;
    AccountService m_accounts;
    FileService m_files;
    DatasetService m_datasets;
    LineageService m_lineage;
    OperationService m_operations;
    JobService m_jobs;
    ScheduleService m_schedules;
    ImportService m_imports;
    ModelInspector m_inspector;
    AuditLog m_audit;
    UsageLog m_usage;
    NodeSampler m_sampler;
    AlarmService m_alarms;
    ServingContext m_serving;
    const int64_t m_startedAt;
    std::atomic<bool> m_ready = false;

    std::mutex m_stopMutex;  // guards m_stop
    std::condition_variable m_stopped;
    bool m_stop = false;

    Ticker m_calendar;                 // stops before what it calls
    Ticker m_yielding;                 // the same
    Dispatcher m_dispatcher;           // its routes refer to everything above
    std::unique_ptr<Server> m_server;  // last: no request comes before the rest is there
};

}  // namespace hearth::app
