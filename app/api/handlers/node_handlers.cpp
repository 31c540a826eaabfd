#include "app/api/handlers/node_handlers.h"

#include <unistd.h>

#include <nlohmann/json.hpp>

#include "app/services/node/node.h"
#include "core/json.h"

namespace hearth::app {
namespace {

using nlohmann::json;

json modelStatus(const ServingTarget& target) {
    const auto stats = target.model->scheduler().stats();
    return {{"id", target.info.id},
            {"architecture", target.model->config().architecture},
            {"backend", target.model->backendDescription()},
            {"weight_bytes", target.model->weightBytes()},
            {"running", stats.running},
            {"waiting", stats.waiting},
            {"steps", stats.steps},
            {"prompt_tokens", stats.prompt_tokens},
            {"generated_tokens", stats.generated_tokens},
            {"cache_pages", stats.cache_pages},
            {"cache_pages_free", stats.cache_pages_free},
            {"kv_bytes_per_token", stats.cache_bytes_per_token}};
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
    return [&node](const Request&) -> core::Result<Response> {
        json models = json::array();
        for (const auto& target : node.models().bases())
            models.push_back(modelStatus(target));
        return Response::json(
            core::dumpJson({{"status", node.ready() ? "ready" : "starting"},
                            {"version", HEARTH_VERSION},
                            {"pid", getpid()},
                            {"started_at", node.startedAt()},
                            {"uptime_s", node.clock().unixSeconds() - node.startedAt()},
                            {"data_directory", node.data().paths().root.string()},
                            {"port", node.port()},
                            {"jobs_running", node.jobs().running()},
                            {"models", std::move(models)}}));
    };
}

Handler stopNodeHandler(Node& node) {
    return [&node](const Request&) -> core::Result<Response> {
        node.requestStop();
        return Response::json(R"({"status":"stopping"})", 202);
    };
}

}  // namespace hearth::app
