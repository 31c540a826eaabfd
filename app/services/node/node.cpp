#include "app/services/node/node.h"

#include "app/api/routes.h"
#include "app/services/serving/backend_choice.h"
#include "core/log.h"

namespace hearth::app {
namespace {

constexpr std::chrono::milliseconds kStopGrace{5000};
constexpr std::chrono::milliseconds kCalendarPeriod{1000};
constexpr std::chrono::milliseconds kYieldPeriod{200};

core::Status checkConfig(const core::NodeConfig& config) {
    CORE_TRY(checkDevice(config.device));
    if (engine::parseCacheType(config.kvCacheType))
        return {};
    return core::Error{core::ErrorCode::InvalidArgument,
                       "engine.kv_cache_type must be f32, bf16 or int8", "config.toml"};
}

/// REQUIRES: checkConfig.
EngineOptions engineOptions(const core::NodeConfig& config) {
    EngineOptions options;
    options.scheduler.cache_dtype = *engine::parseCacheType(config.kvCacheType);
    options.device = config.device;
    options.threads = int(config.threads);
    options.scheduler.max_sequences = config.maxBatch;
    options.scheduler.max_waiting = config.maxWaiting;
    options.scheduler.max_step = std::chrono::milliseconds(config.maxStepMs);
    options.scheduler.cache_bytes = config.kvCacheMb << 20;
    options.scheduler.prompt_keys_bytes = config.promptKeysMb << 20;
    return options;
}

ServerConfig serverConfig(const storage::DataDirectory& data) {
    const core::NodeConfig& config = data.config();
    ServerConfig server;
    server.address = config.address;
    server.port = uint16_t(config.port);
    server.certificateFile = config.resolve(config.certificate);
    server.keyFile = config.resolve(config.privateKey);
    server.spoolDirectory = data.paths().temporary();
    server.maxConnections = size_t(config.maxConnections);
    server.deadlines.head = std::chrono::seconds(config.headerTimeoutSeconds);
    return server;
}

}  // namespace

core::Result<std::unique_ptr<Node>> Node::start(const std::filesystem::path& dataDirectory,
                                                const NodeOptions& options) {
    CORE_ASSIGN(auto data, storage::DataDirectory::open(dataDirectory));
    CORE_TRY(checkConfig(data->config()));
    CORE_TRY(
        core::initLogging({.level = core::parseLogLevel(data->config().logLevel).valueOrThrow(),
                           .file = logFileOf(*data)}));
    std::unique_ptr<Node> node(new Node(std::move(data), options));
    // The port first: one that is taken is noticed before models are loaded. Until they are,
    // /readyz says no.
    CORE_TRY(node->listen());
    node->m_library.serveAll();
    node->m_imports.resume();
    node->m_operations.recover();
    node->m_jobs.start();
    node->startCalendar();
    node->m_ready = true;
    core::logInfo("ready", {{"address", node->m_data->config().address},
                            {"port", int64_t(node->port())},
                            {"models", int64_t(node->m_models.bases().size())}});
    return node;
}

Node::Node(std::unique_ptr<storage::DataDirectory> data, const NodeOptions& options)
    : m_clock(*options.clock),
      m_data(std::move(data)),
      m_models(engineOptions(m_data->config())),
      m_library(*m_data, m_models, m_clock, options.workerProgram),
      m_accounts(m_data->control(), m_clock, m_data->config().sessionHours,
                 m_data->config().requestsPerMinute),
      m_files(m_data->control(), m_data->blobs(), m_clock),
      m_datasets(m_data->control(), m_data->blobs(), m_clock),
      m_lineage(m_data->control(), m_data->blobs()),
      m_operations(m_data->control(), m_clock),
      m_jobs(*m_data, m_models, m_library, m_operations, m_clock,
             {.workerProgram = options.workerProgram,
              .runningJobs = m_data->config().maxRunningJobs,
              .threads = m_data->config().jobThreads,
              .objective = {.firstTokenMs = double(m_data->config().firstTokenMs),
                            .tokenMs = double(m_data->config().answerTokenMs)}}),
      m_schedules(
          m_data->control(), m_clock,
          [this](const Principal& owner, const JobRequest& request) {
              return m_jobs.prepare(owner, request);
          },
          [this] { m_jobs.wake(); }),
      m_imports(m_library, ImportRecords(m_data->paths().imports()), m_clock),
      m_inspector(*m_data),
      m_audit(*m_data, m_clock),
      m_usage(m_data->metrics(), m_clock),
      m_sampler(m_data->metrics(), m_models, m_jobs, m_clock),
      m_alarms(*m_data, m_models, m_library, m_clock),
      m_serving{m_models, m_clock,
                [this](const UsageRecord& record) {
                    m_usage.add(record);
                    m_sampler.add(record);
                }},
      m_startedAt(m_clock.unixSeconds()),
      m_dispatcher(makeRoutes(*this), m_accounts, &m_audit) {}

void Node::startCalendar() {
    m_schedules.recompute();
    m_calendar.start(kCalendarPeriod, [this] {
        m_schedules.tick();
        m_jobs.enforceHours();
    });
    m_yielding.start(kYieldPeriod, [this] { m_jobs.giveWay(m_models.latency()); });
}

Node::~Node() {
    m_imports.stop();  // first: a handler may wait for one
    m_operations.stop();
    m_calendar.stop();
    m_yielding.stop();
    if (m_server)
        m_server->stop(kStopGrace);
}

core::Status Node::listen() {
    CORE_ASSIGN(m_server, Server::start(serverConfig(*m_data), m_dispatcher));
    return {};
}

void Node::requestStop() {
    std::lock_guard lock(m_stopMutex);
    m_stop = true;
    m_stopped.notify_all();
}

void Node::waitForStop() {
    std::unique_lock lock(m_stopMutex);
    m_stopped.wait(lock, [this] { return m_stop; });
}

}  // namespace hearth::app
