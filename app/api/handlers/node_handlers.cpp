#include "app/api/handlers/node_handlers.h"

#include <unistd.h>

#include <nlohmann/json.hpp>

#include "app/api/handlers/query.h"
#include "app/services/machine/machine.h"
#include "app/services/node/log_tail.h"
#include "app/services/node/node.h"
#include "app/services/serving/cache_use.h"
#include "core/crypto/tls_certificate.h"
#include "core/json.h"
#include "core/log.h"
#include "engine/cuda/cuda_devices.h"

namespace hearth::app {
namespace {

using nlohmann::json;

constexpr int64_t kDefaultLogLines = 200;
constexpr int64_t kMaxLogLines = 2000;

json modelStatus(const ServingTarget& target, const engine::SchedulerStats& stats,
                 const CacheUse& cache) {
    return {{"id", target.info.id},
            {"architecture", target.model->config().architecture},
            {"backend", target.model->backendDescription()},
            {"weight_bytes", target.model->weightBytes()},
            {"running", stats.running},
            {"waiting", stats.waiting},
            {"steps", stats.steps},
            {"prompt_tokens", stats.prompt_tokens},
            {"cached_prompt_tokens", stats.cached_prompt_tokens},
            {"generated_tokens", stats.generated_tokens},
            {"drafted_tokens", stats.drafted_tokens},
            {"accepted_tokens", stats.accepted_tokens},
            {"mtp_drafted_tokens", stats.mtp_drafted_tokens},
            {"mtp_accepted_tokens", stats.mtp_accepted_tokens},
            {"preemptions", stats.preemptions},
            {"cache_pages", stats.cache_pages},
            {"cache_pages_free", stats.cache_pages_free},
            {"cache_pages_reusable", stats.cache_pages_reusable},
            {"kv_bytes_per_token", cache.bytesPerToken},
            {"kv_bytes_per_token_as_mha", cache.bytesPerTokenAsMha},
            {"kv_bytes_total", cache.bytesTotal},
            {"kv_bytes_used", cache.bytesUsed},
            {"kv_bytes_used_as_mha", cache.bytesUsedAsMha}};
}

void addModels(json& status, const ModelService& service) {
    json models = json::array();
    CacheUse all;
    for (const auto& target : service.bases()) {
        const auto stats = target.model->scheduler().stats();
        const CacheUse cache = cacheUse(target.model->config(), stats);
        models.push_back(modelStatus(target, stats, cache));
        all.bytesTotal += cache.bytesTotal;
        all.bytesUsed += cache.bytesUsed;
        all.bytesUsedAsMha += cache.bytesUsedAsMha;
    }
    status["models"] = std::move(models);
    status["kv_cache"] = {{"bytes_total", all.bytesTotal},
                          {"bytes_used", all.bytesUsed},
                          {"bytes_used_as_mha", all.bytesUsedAsMha}};
}

/// Asked once: they do not change while the node runs, and the driver takes its time.
const json& gpusJson() {
    static const json kGpus = [] {
        json list = json::array();
        for (const auto& device : engine::cudaDevices())
            list.push_back({{"index", device.index},
                            {"name", device.name},
                            {"memory_bytes", device.memory_bytes}});
        return list;
    }();
    return kGpus;
}

void addMachine(json& status, const std::filesystem::path& dataDirectory) {
    const MemoryFacts memory = memoryFacts();
    const DiskFacts disk = diskFacts(dataDirectory);
    const ProcessorFacts processor = processorFacts();
    status["name"] = hostName();
    status["memory"] = {{"rss_bytes", memory.rssBytes},
                        {"available_bytes", memory.availableBytes},
                        {"total_bytes", memory.totalBytes}};
    status["disk"] = {{"free_bytes", disk.freeBytes}, {"total_bytes", disk.totalBytes}};
    status["processor"] = {{"name", processor.name}, {"cores", processor.cores}};
    status["gpus"] = gpusJson();
}

json certificateJson(const core::NodeConfig& config) {
    const auto certificate = core::inspectCertificate(config.resolve(config.certificate));
    if (!certificate)
        return {};
    return {{"sha256", certificate->fingerprint}, {"expires_at", certificate->notAfter}};
}

}  // namespace

Handler healthHandler() {
    return [](const Request&) -> core::Result<Response> {
        return Response::json(R"({"status":"ok"})");
    };
}

Handler readyHandler(const Node& node) {
    return [&node](const Request&) -> core::Result<Response> {
        if (!node.ready())
            return core::Error{core::ErrorCode::Unavailable, "the node is loading its models", ""};
        return Response::json(R"({"status":"ready"})");
    };
}

Handler nodeStatusHandler(Node& node) {
    // As the server reads it at the start: a file that is replaced later is not what it serves.
    const json certificate = certificateJson(node.data().config());
    return [&node, certificate](const Request&) -> core::Result<Response> {
        json status = {{"status", node.ready() ? "ready" : "starting"},
                       {"version", HEARTH_VERSION},
                       {"pid", getpid()},
                       {"started_at", node.startedAt()},
                       {"uptime_s", node.clock().unixSeconds() - node.startedAt()},
                       {"data_directory", node.data().paths().root.string()},
                       {"port", node.port()},
                       {"jobs_running", node.jobs().running()},
                       {"certificate", certificate}};
        addMachine(status, node.data().paths().root);
        addModels(status, node.models());
        return Response::json(core::dumpJson(status));
    };
}

Handler nodeLogHandler(Node& node) {
    return [&node](const Request& http) -> core::Result<Response> {
        CORE_ASSIGN(const int64_t count,
                    readQueryInt(http.head, "lines", 1, kMaxLogLines, kDefaultLogLines));
        core::flushLog();
        const auto lines = lastLines(node.logFile(), size_t(count));
        return Response::json(core::dumpJson(
            {{"object", "hearth.log"}, {"lines", lines ? json(*lines) : json::array()}}));
    };
}

Handler stopNodeHandler(Node& node) {
    return [&node](const Request&) -> core::Result<Response> {
        node.requestStop();
        return Response::json(R"({"status":"stopping"})", 202);
    };
}

}  // namespace hearth::app
